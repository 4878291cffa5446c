using System.Globalization;
using System.Text.Json;
using Freshet.Gateway.Tests.Shop;
using Freshet.Profiles.Dictionary;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Overrides;

public sealed class OverrideTests(ShopFixture fixture) : IClassFixture<ShopFixture>
{
    private readonly ShopGateway shop = fixture.Shop;

    private static string InAnHour => TimeProvider.System.GetUtcNow().AddHours(1).ToString("O", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_value_set_by_hand_is_what_every_reader_sees_until_it_is_removed()
    {
        await shop.SendAsync(Customer("ann@shop.test", new { points = 7 }));

        var set = await SetAsync("ann@shop.test", "points", "\"42\"", InAnHour);
        set.GetProperty("errors").GetArrayLength().ShouldBe(0);
        await shop.SendAsync(Customer("ann@shop.test", new { points = 8 }));

        (await ReadAsync("ann@shop.test")).ShouldBe("42 OVERRIDE FRESH override | points 42 She called api-key");
        (await CompiledAsync("ann@shop.test")).ShouldBe(42);
        await shop.FlushRedisAsync();
        (await ReadAsync("ann@shop.test")).ShouldBe("42 OVERRIDE FRESH override | points 42 She called api-key");

        var removed = await shop.Client.QueryAsync("""mutation { removeOverride(by: { email: "ann@shop.test" }, trait: "points") { profile { traits { points } } errors { code } } }""");
        removed.GetRawText().ShouldBe("""{"removeOverride":{"profile":{"traits":{"points":8}},"errors":[]}}""");
        (await ReadAsync("ann@shop.test")).ShouldBe("8 OBSERVED FRESH demo | ");
        (await CompiledAsync("ann@shop.test")).ShouldBe(8);
        var history = await shop.Client.QueryAsync("""{ profile(by: { email: "ann@shop.test" }) { overrides(ended: true) { ended endedBy value } } }""");
        history.GetRawText().ShouldBe("""{"profile":{"overrides":[{"ended":"removed","endedBy":"api-key","value":42}]}}""");
    }

    [Fact]
    public async Task A_subscriber_is_told_when_it_begins_and_when_it_ends()
    {
        await shop.SendAsync(Customer("bea@shop.test", new { points = 1 }));
        await using var subscription = await shop.SubscribeAsync(
            """subscription { profileChanged(by: { email: "bea@shop.test" }) { changes { name before after source } } }""");
        using var enough = new CancellationTokenSource();

        // No protocol says when a subscription has begun: it is set and removed until both were seen.
        var changing = ChangeAsync("bea@shop.test", () => enough.IsCancellationRequested);
        var (began, ended) = (false, false);
        await foreach (var change in subscription.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            var text = change.GetRawText();
            began |= text.Contains("""{"name":"points","before":1,"after":2,"source":"override"}""", StringComparison.Ordinal);
            ended |= text.Contains("""{"name":"points","before":2,"after":1,"source":"demo"}""", StringComparison.Ordinal);
            if (began && ended)
            {
                break;
            }
        }

        await enough.CancelAsync();
        await changing;
    }

    [Theory]
    [InlineData("points", "\"many\"", "why")]
    [InlineData("points", "1.5", "why")]
    [InlineData("no_trait", "1", "why")]
    [InlineData("points", "1", " ")]
    [InlineData("birthday", "\"soon\"", "why")]
    [InlineData("birthday", "\"\\u0000\"", "why")]
    [InlineData("plan", "\"a\\u0000many\"", "why")]
    [InlineData("interests", "[\"\\u0000\"]", "why")]
    [InlineData("cart", "{ a: { many: \"\\u0000\" } }", "why")]
    public async Task What_the_dictionary_would_not_take_from_an_event_or_has_no_reason_is_refused(string trait, string value, string reason)
    {
        await shop.SendAsync(Customer("cal@shop.test", new { points = 7 }));

        var answer = await SetAsync("cal@shop.test", trait, value, InAnHour, reason);

        answer.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("INVALID_OVERRIDE");
        answer.GetProperty("errors")[0].GetProperty("message").GetString()!.ShouldNotContain("many");
        answer.GetProperty("profile").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_computed_trait_takes_only_what_is_on_its_list_too()
    {
        await using var own = await StartAsync();
        await own.SaveTraitsAsync(2, new TraitDefinition
        {
            Name = "last_tier",
            Type = TraitType.Enum,
            Values = ["gold", "silver"],
            Computed = new Computation { Aggregate = Aggregate.Last, EventType = "order.completed", Property = "tier" },
        });
        await own.SendAsync(Customer("eva@shop.test", new { }));

        (await SetAsync(own, "eva@shop.test", "last_tier", "\"bronze\"", InAnHour)).GetProperty("errors")[0].GetProperty("message").GetString()!.ShouldContain("enum.not-listed");
        (await SetAsync(own, "eva@shop.test", "last_tier", "\" GOLD\"", InAnHour)).GetProperty("errors").GetArrayLength().ShouldBe(0);
        (await own.Client.QueryAsync("""{ profile(by: { email: "eva@shop.test" }) { traits { lastTier } overrides { value } } }""")).GetRawText()
            .ShouldContain("""{"traits":{"lastTier":"gold"},"overrides":[{"value":"gold"}]}""");
    }

    [Fact]
    public async Task A_time_that_is_over_nobody_and_nothing_to_remove_are_refused()
    {
        await shop.SendAsync(Customer("dee@shop.test", new { points = 7 }));

        var codes = new[]
        {
            await SetAsync("dee@shop.test", "points", "1", "2020-01-01T00:00:00Z"),
            await SetAsync("dee@shop.test", "points", "1", "2999-01-01T00:00:00Z"),
            await SetAsync("nobody@shop.test", "points", "1", InAnHour),
            (await shop.Client.QueryAsync("""mutation { removeOverride(by: { email: "dee@shop.test" }, trait: "points") { errors { code } } }""")).GetProperty("removeOverride"),
        }.Select(answer => answer.GetProperty("errors")[0].GetProperty("code").GetString());

        codes.ShouldBe(["INVALID_OVERRIDE", "INVALID_OVERRIDE", "PROFILE_NOT_FOUND", "NOTHING_SELECTED"]);
    }

    private async Task ChangeAsync(string email, Func<bool> isEnough)
    {
        while (!isEnough())
        {
            await SetAsync(email, "points", "2", InAnHour);
            await shop.Client.QueryAsync($$"""mutation { removeOverride(by: { email: "{{email}}" }, trait: "points") { errors { code } } }""");
        }
    }

    private Task<JsonElement> SetAsync(string email, string trait, string value, string expiresAt, string reason = "She called") =>
        SetAsync(shop, email, trait, value, expiresAt, reason);

    private static async Task<JsonElement> SetAsync(ShopGateway shop, string email, string trait, string value, string expiresAt, string reason = "She called") =>
        (await shop.Client.QueryAsync(
            $$"""
            mutation { setOverride(by: { email: "{{email}}" }, trait: "{{trait}}", value: {{value}}, reason: "{{reason}}", expiresAt: "{{expiresAt}}") {
              profile { id } errors { code message } } }
            """)).GetProperty("setOverride");

    private async Task<string> ReadAsync(string email)
    {
        var profile = (await shop.Client.QueryAsync(
            $$"""{ profile(by: { email: "{{email}}" }) { trait(name: "points") { value origin freshness source } overrides { trait value reason author } } }""")).GetProperty("profile");
        return Line(profile.GetProperty("trait")) + " | " + string.Join(", ", profile.GetProperty("overrides").EnumerateArray().Select(Line));
    }

    // Asked often enough, it is answered by a plan.
    private async Task<long> CompiledAsync(string email)
    {
        var points = 0L;
        for (var times = 0; times < 3; times++)
        {
            points = (await shop.Client.QueryAsync($$"""{ profile(by: { email: "{{email}}" }) { traits { points } } }""")).GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64();
        }

        return points;
    }

    private static string Line(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(member => member.Value.ToString()));
}
