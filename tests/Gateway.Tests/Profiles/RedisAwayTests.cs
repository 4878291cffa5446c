using Freshet.Gateway.Tests.Shop;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Profiles;

public sealed class RedisAwayTests : IAsyncLifetime
{
    private ShopGateway shop = null!;

    public async ValueTask InitializeAsync() => shop = await StartAsync(("Gateway:Live:Block", "00:00:00.200"), ("Gateway:Live:StartTimeout", "00:00:10"));

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public async Task Queries_are_answered_from_PostgreSQL_and_subscriptions_go_on_when_Redis_is_back()
    {
        await shop.SendAsync(Customer("ann@shop.test", new { points = 1 }));
        await using var subscription = await shop.SubscribeAsync(
            """subscription { profileChanged(by: { email: "ann@shop.test" }) { resync profile { traits { points } } } }""");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var changes = subscription.ReadAllAsync(patience.Token).GetAsyncEnumerator(patience.Token);

        shop.RedisWay.Cut();
        var position = await shop.ReceiveAsync(Customer("ann@shop.test", new { points = 2 }));
        await shop.ApplyAsync(position);
        (await shop.PublishAsync(position)).ShouldBeFalse();
        var data = await shop.Client.QueryAsync("""{ profile(by: { email: "ann@shop.test" }) { traits { points } } }""");
        data.GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64().ShouldBe(2);

        shop.RedisWay.Restore();
        await Freshet.Testing.Eventually.TrueAsync(_ => shop.PublishAsync(position), "Redis to take the change", TimeSpan.FromSeconds(30));
        (await changes.MoveNextAsync()).ShouldBeTrue();
        changes.Current.GetProperty("profileChanged").GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64().ShouldBe(2);
    }
}
