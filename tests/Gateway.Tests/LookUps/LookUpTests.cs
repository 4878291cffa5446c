using Freshet.Testing.Drivers;

namespace Freshet.Gateway.Tests.LookUps;

/// <summary>A stale trait asks the source that knows, and the answer takes the way of every event.</summary>
public sealed class LookUpTests(LookUpShop shop) : IClassFixture<LookUpShop>
{
    [Fact]
    public async Task A_stale_trait_is_refreshed_from_its_source_and_fresh_for_everybody_from_then_on()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro", "first_name": "Ann"}"""));
        await shop.AddAsync("crm-a", crm);
        await shop.StaleAsync("crm-a", "ann+1@shop.test");

        (await shop.AskAsync("ann+1@shop.test", "")).ShouldBe(("old", null));
        (await shop.AskAsync("ann+1@shop.test")).ShouldBe(("pro", null));
        (await shop.AskAsync("ann+1@shop.test", "")).ShouldBe(("pro", null));
        (await shop.AskAsync("ann+1@shop.test")).ShouldBe(("pro", null));

        crm.Asked.ShouldBe(["GET /contacts/ann+1@shop.test"]);
        var trait = (await shop.Shop.Client.QueryAsync("""{ profile(by: { email: "ann+1@shop.test" }) { trait(name: "first_name") { value source origin } } }"""))
            .GetProperty("profile").GetProperty("trait");
        trait.GetRawText().ShouldBe("""{"value":"Ann","source":"crm-a","origin":"OBSERVED"}""");
    }
}
