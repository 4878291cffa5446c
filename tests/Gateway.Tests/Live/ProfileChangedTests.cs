using System.Text.Json;
using Freshet.Gateway.Tests.Shop;
using Freshet.Testing.Drivers;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Live;

/// <summary>Subscriptions over a real socket, a real Redis stream and real PostgreSQL. Every test flushes or fills the stream, so each has a shop of its own.</summary>
public sealed class ProfileChangedTests : IAsyncLifetime
{
    private const string ByEmail = """
        subscription($email: String!, $after: Cursor, $traits: [String!]) {
          profileChanged(by: { email: $email }, after: $after, traits: $traits) {
            cursor resync conflated changes { name before after source } profile { version traits { points plan } } } }
        """;

    private const string OfAll = """
        subscription($after: Cursor) { profileChanged(after: $after) { cursor conflated resync profile { traits { points } } } }
        """;

    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
    private ShopGateway shop = null!;

    public async ValueTask InitializeAsync() => shop = await StartAsync(("Gateway:Live:Block", "00:00:00.200"), ("Gateway:Live:LookUpInterval", "00:00:00.050"));

    public async ValueTask DisposeAsync()
    {
        await shop.DisposeAsync();
        patience.Dispose();
    }

    [Fact]
    public async Task A_change_arrives_with_before_and_after_and_the_profile_that_has_it()
    {
        await shop.SendAsync(Customer("ann@shop.test", new { points = 1 }));
        await using var subscription = await OpenAsync(ByEmail, new { email = "ann@shop.test" });

        await shop.SendAsync(Customer("ann@shop.test", new { points = 2 }));

        var change = await NextAsync(subscription);
        change.GetProperty("changes").GetRawText().ShouldBe("""[{"name":"points","before":1,"after":2,"source":"demo"}]""");
        change.GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64().ShouldBe(2);
        change.GetProperty("resync").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Who_waits_for_an_unknown_profile_is_told_when_it_appears()
    {
        await using var subscription = await OpenAsync(ByEmail, new { email = "new@shop.test" });
        await shop.SendAsync(Customer("other@shop.test", new { points = 9 }));

        await shop.SendAsync(Customer("new@shop.test", new { points = 1 }));

        var change = await NextAsync(subscription);
        change.GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64().ShouldBe(1);
        change.GetProperty("changes")[0].GetProperty("before").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Going_on_from_a_cursor_gives_what_happened_in_between_and_then_what_comes()
    {
        await shop.SendAsync(Customer("bob@shop.test", new { points = 1 }));
        string cursor;
        await using (var first = await OpenAsync(OfAll))
        {
            await shop.SendAsync(Customer("bob@shop.test", new { points = 2 }));
            cursor = (await NextAsync(first)).GetProperty("cursor").GetString()!;
        }

        await shop.SendAsync(Customer("cleo@shop.test", new { points = 3 }));
        await shop.SendAsync(Customer("dan@shop.test", new { points = 4 }));
        await using var second = await OpenAsync(OfAll, new { after = cursor });
        var reading = second.ReadAllAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        long[] missed = [await PointsAsync(reading), await PointsAsync(reading)];
        await shop.SendAsync(Customer("eve@shop.test", new { points = 5 }));

        missed.ShouldBe([3, 4]);
        (await PointsAsync(reading)).ShouldBe(5);
    }

    [Fact]
    public async Task Only_wanted_traits_are_told()
    {
        await shop.SendAsync(Customer("fay@shop.test", new { points = 1 }));
        await using var subscription = await OpenAsync(ByEmail, new { email = "fay@shop.test", traits = new[] { "plan" } });

        await shop.SendAsync(Customer("fay@shop.test", new { points = 2 }));
        await shop.SendAsync(Customer("fay@shop.test", new { points = 3, plan = "pro" }));

        var change = await NextAsync(subscription);
        change.GetProperty("changes").EnumerateArray().Select(trait => trait.GetProperty("name").GetString()).ShouldBe(["plan"]);
        change.GetProperty("conflated").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task When_Redis_loses_its_data_a_subscriber_to_one_profile_takes_it_anew()
    {
        await shop.SendAsync(Customer("gil@shop.test", new { points = 1 }));
        await using var subscription = await OpenAsync(ByEmail, new { email = "gil@shop.test" });
        await shop.SendAsync(Customer("gil@shop.test", new { points = 2 }));
        var reading = subscription.ReadAllAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        await reading.MoveNextAsync();

        await shop.FlushRedisAsync();

        await reading.MoveNextAsync();
        var anew = reading.Current.GetProperty("profileChanged");
        anew.GetProperty("resync").GetBoolean().ShouldBeTrue();
        anew.GetProperty("changes").GetArrayLength().ShouldBe(0);
        anew.GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64().ShouldBe(2);
        await shop.SendAsync(Customer("gil@shop.test", new { points = 3 }));
        await reading.MoveNextAsync();
        reading.Current.GetProperty("profileChanged").GetProperty("changes")[0].GetProperty("after").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task A_cursor_from_before_a_loss_is_expired_for_a_subscriber_to_everything()
    {
        await shop.SendAsync(Customer("hal@shop.test", new { points = 1 }));
        await using (var first = await OpenAsync(OfAll))
        {
            await shop.SendAsync(Customer("hal@shop.test", new { points = 2 }));
            var cursor = (await NextAsync(first)).GetProperty("cursor").GetString()!;
            await shop.FlushRedisAsync();
            await shop.SendAsync(Customer("hal@shop.test", new { points = 3 }));

            await using var second = await shop.SubscribeAsync(OfAll, new { after = cursor });
            var refused = await Should.ThrowAsync<InvalidOperationException>(() => NextAsync(second));
            refused.Message.ShouldContain("CURSOR_EXPIRED");
        }
    }

    [Theory]
    [InlineData("""subscription { profileChanged(after: "yesterday") { cursor } }""", "BAD_CURSOR")]
    [InlineData("""subscription { profileChanged(traits: ["shoe_size"]) { cursor } }""", "UNKNOWN_TRAIT")]
    [InlineData("""subscription { profileChanged(by: { email: "nobody" }) { cursor } }""", "BAD_PROFILE_KEY")]
    [InlineData("""subscription { pipeline(every: "1ms") { at } }""", "BAD_RANGE")]
    public async Task What_cannot_be_followed_is_refused_with_a_code(string query, string code)
    {
        await using var subscription = await shop.SubscribeAsync(query);

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => NextAsync(subscription));

        refused.Message.ShouldContain(code);
    }

    [Fact]
    public async Task The_pipeline_tells_what_waits()
    {
        await shop.SendAsync(Customer("ida@shop.test", new { points = 1 }));
        await shop.ReceiveAsync(Customer("ida@shop.test", new { points = 2 }), Customer("jan@shop.test", new { points = 2 }));

        await using var subscription = await shop.SubscribeAsync(
            """subscription { pipeline(every: "1s") { at receivedPerSecond appliedPerSecond waiting parked lagSeconds publishLagSeconds subscribers } }""");
        var events = subscription.ReadAllAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        await events.MoveNextAsync();

        var snapshot = events.Current.GetProperty("pipeline");
        snapshot.GetProperty("receivedPerSecond").GetDouble().ShouldBe(0.3);
        snapshot.GetProperty("appliedPerSecond").GetDouble().ShouldBe(0.1);
        snapshot.GetProperty("waiting").GetInt64().ShouldBe(2);
        snapshot.GetProperty("parked").GetInt64().ShouldBe(0);
        snapshot.GetProperty("lagSeconds").GetDouble().ShouldBeGreaterThan(0);
        snapshot.GetProperty("publishLagSeconds").GetDouble().ShouldBe(0);
    }

    // Subscribing is not acknowledged by the protocol: wait until the feed knows it.
    private async Task<GraphQLSubscription> OpenAsync(string query, object? variables = null)
    {
        var feed = (Freshet.Gateway.Live.ChangeFeed)shop.Services.GetService(typeof(Freshet.Gateway.Live.ChangeFeed))!;
        var before = feed.Subscribers;
        var subscription = await shop.SubscribeAsync(query, variables);
        await Freshet.Testing.Eventually.TrueAsync(_ => Task.FromResult(feed.Subscribers > before), "the subscription to start");
        return subscription;
    }

    private async Task<JsonElement> NextAsync(GraphQLSubscription subscription)
    {
        await foreach (var data in subscription.ReadAllAsync(patience.Token))
        {
            return data.GetProperty("profileChanged");
        }

        throw new InvalidOperationException("The subscription completed.");
    }

    private static async Task<long> PointsAsync(IAsyncEnumerator<JsonElement> reading)
    {
        (await reading.MoveNextAsync()).ShouldBeTrue();
        return reading.Current.GetProperty("profileChanged").GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64();
    }
}
