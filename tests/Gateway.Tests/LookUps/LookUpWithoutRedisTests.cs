using Freshet.Testing.Drivers;

namespace Freshet.Gateway.Tests.LookUps;

/// <summary>A shop of its own: it takes Redis away.</summary>
public sealed class LookUpWithoutRedisTests(LookUpShop shop) : IClassFixture<LookUpShop>
{
    [Fact]
    public async Task Without_Redis_the_source_is_asked_all_the_same()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro"}"""));
        await shop.AddAsync("crm", crm);
        await shop.StaleAsync("crm", "ann@shop.test");
        shop.Shop.RedisWay.Cut();

        (await shop.AskAsync("ann@shop.test")).ShouldBe(("pro", null));
        (await shop.AskAsync("ann@shop.test", "")).ShouldBe(("pro", null));

        crm.Asked.Count.ShouldBe(1);
    }
}
