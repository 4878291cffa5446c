using System.Text.Json;
using Freshet.Gateway.Tests.Shop;
using Freshet.Profiles.Batches;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Profiles;

public sealed class ProfileQueryTests(ShopFixture fixture) : IClassFixture<ShopFixture>
{
    private readonly ShopGateway shop = fixture.Shop;

    [Fact]
    public async Task A_profile_is_found_by_email_in_any_case_with_a_typed_field_per_trait()
    {
        await shop.SendAsync(Customer("ann@shop.test", new
        {
            first_name = "Ann", plan = "pro", points = 12, credit = 1.25m, subscribed = true, birthday = "1990-02-28",
            last_seen = "2026-01-02T03:04:05Z", interests = new[] { "tea", "coffee" }, cart = new { items = 2 },
        }));

        var data = await shop.Client.QueryAsync("""
            { profile(by: { email: "Ann@Shop.TEST" }) {
                id version updatedAt identities { namespace value source }
                traits { firstName plan points credit subscribed birthday lastSeen interests cart orders30d }
                trait(name: "first_name") { name value source origin freshness event observedAt receivedAt } } }
            """);

        var profile = data.GetProperty("profile");
        profile.GetProperty("traits").GetRawText().ShouldBe(
            """{"firstName":"Ann","plan":"pro","points":12,"credit":1.25,"subscribed":true,"birthday":"1990-02-28","lastSeen":"2026-01-02T03:04:05Z","interests":["tea","coffee"],"cart":{"items":2},"orders30d":0}""");
        profile.GetProperty("identities")[0].GetRawText().ShouldBe("""{"namespace":"email","value":"ann@shop.test","source":"demo"}""");
        var trait = profile.GetProperty("trait");
        trait.GetProperty("value").GetString().ShouldBe("Ann");
        trait.GetProperty("source").GetString().ShouldBe("demo");
        trait.GetProperty("origin").GetString().ShouldBe("OBSERVED");
        trait.GetProperty("freshness").GetString().ShouldBe("FRESH");
    }

    [Fact]
    public async Task Nobody_is_null_and_not_an_error() =>
        (await shop.Client.QueryAsync("""{ a: profile(by: { userId: "nobody" }) { id } b: profile(by: { email: "not an email" }) { id } }"""))
            .GetRawText().ShouldBe("""{"a":null,"b":null}""");

    [Fact]
    public async Task Many_profiles_come_in_the_order_of_their_keys_with_null_where_unknown()
    {
        await shop.SendAsync(Customer("b1@shop.test", new { points = 1 }), Customer("b2@shop.test", new { points = 2 }));

        var data = await shop.Client.QueryAsync(
            """{ profiles(by: [{ email: "b2@shop.test" }, { email: "none@shop.test" }, { email: "b1@shop.test" }, { email: "b2@shop.test" }]) { traits { points } } }""");

        data.GetProperty("profiles").GetRawText().ShouldBe("""[{"traits":{"points":2}},null,{"traits":{"points":1}},{"traits":{"points":2}}]""");
    }

    [Theory]
    [InlineData("plan", "\"pro\"")]
    [InlineData("plan(onStale: SERVE)", "\"pro\"")]
    [InlineData("plan(onStale: DEFAULT)", "\"free\"")]
    [InlineData("plan(onStale: DEFAULT, default: \"none\")", "\"none\"")]
    [InlineData("plan(onStale: NULL)", "null")]
    [InlineData("plan(onStale: REFRESH)", "\"pro\"")]
    [InlineData("plan(onStale: ERROR, maxAge: \"90d\")", "\"pro\"")]
    [InlineData("plan(onStale: NULL, maxAge: \"P90D\")", "\"pro\"")]
    [InlineData("firstName(maxAge: \"1d\", onStale: NULL)", "null")]
    [InlineData("firstName(default: \"friend\")", "\"Cleo\"")]
    [InlineData("credit(default: 2.5)", "2.5")]
    [InlineData("interests(default: [\"news\"])", "[\"news\"]")]
    [InlineData("cart(default: { items: 0 })", "{\"items\":0}")]
    [InlineData("birthday(default: \"2000-01-01\")", "\"2000-01-01\"")]
    [InlineData("credit", "null")]
    public async Task What_a_reader_gets_depends_on_age_and_wish(string field, string expected)
    {
        await shop.SendAsync(Customer("cleo@shop.test", new { plan = "pro", first_name = "Cleo" }, Ago(days: 40)));

        var data = await shop.Client.QueryAsync($$"""{ profile(by: { email: "cleo@shop.test" }) { traits { value: {{field}} } } }""");

        data.GetProperty("profile").GetProperty("traits").GetProperty("value").GetRawText().ShouldBe(expected);
    }

    [Fact]
    public async Task A_stale_trait_can_be_an_error_that_leaves_the_rest_of_the_profile()
    {
        await shop.SendAsync(Customer("dan@shop.test", new { plan = "pro", points = 3 }, Ago(days: 40)));

        var answer = await shop.Client.SendAsync("""{ profile(by: { email: "dan@shop.test" }) { traits { plan(onStale: ERROR) points } } }""");

        answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString().ShouldBe("TRAIT_STALE");
        answer.GetProperty("errors")[0].GetProperty("path").GetRawText().ShouldBe("""["profile","traits","plan"]""");
        answer.GetProperty("data").GetProperty("profile").GetProperty("traits").GetRawText().ShouldBe("""{"plan":null,"points":3}""");
    }

    [Fact]
    public async Task A_query_after_a_position_sees_that_webhook_even_before_Redis_does()
    {
        await shop.SendAsync(Customer("eve@shop.test", new { points = 1 }));
        await shop.Client.QueryAsync("""{ profile(by: { email: "eve@shop.test" }) { id } }""");
        var position = await shop.ReceiveAsync(Customer("eve@shop.test", new { points = 2 }));

        var asked = AskAsync("eve@shop.test", position);
        await shop.ApplyAsync(position);

        var answer = await asked;
        Points(answer).ShouldBe(2);
        answer.TryGetProperty("extensions", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_query_after_a_position_that_is_not_applied_in_time_says_so()
    {
        await shop.SendAsync(Customer("fay@shop.test", new { points = 1 }));
        var position = await shop.ReceiveAsync(Customer("fay@shop.test", new { points = 2 }));

        var answer = await AskAsync("fay@shop.test", position);

        Points(answer).ShouldBe(1);
        answer.GetProperty("extensions").GetProperty("position").GetRawText()
            .ShouldBe($$"""{"position":"{{position}}","applied":false,"state":"RECEIVED"}""");
    }

    [Fact]
    public async Task What_is_not_a_position_is_refused_with_a_code()
    {
        var answer = await shop.Client.SendAsync("""{ profile(by: { email: "eve@shop.test" }, after: "tomorrow") { id } }""");

        answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString().ShouldBe("BAD_POSITION");
    }

    [Fact]
    public async Task The_schema_follows_the_dictionary_without_a_restart()
    {
        await using var own = await StartAsync();
        await own.SendAsync(Customer("gil@shop.test", new { points = 5 }));

        await own.SaveTraitsAsync(2, [.. ShopDictionary.Traits, new() { Name = "shoe_size", Type = Freshet.Profiles.Dictionary.TraitType.Decimal }]);
        await own.SendAsync(Customer("gil@shop.test", new { shoe_size = 42.5m }));

        var data = await own.Client.QueryAsync("""{ profile(by: { email: "gil@shop.test" }) { traits { points shoeSize } } }""");
        data.GetProperty("profile").GetProperty("traits").GetRawText().ShouldBe("""{"points":5,"shoeSize":42.5}""");
    }

    [Fact]
    public async Task Without_a_key_nothing_is_told()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent("""{"query":"{ profile(by:{id:\"x\"}) { id } }"}""", null, "application/json") };
        using var response = await shop.Http.SendAsync(request);
        using var schema = await shop.Http.GetAsync("/graphql/schema.graphql");

        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        schema.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    private Task<JsonElement> AskAsync(string email, Position after) => shop.Client.SendAsync(
        "query($email: String!, $after: Position!) { profile(by: { email: $email }, after: $after) { traits { points } } }",
        new { email, after = after.ToString() });

    private static long Points(JsonElement answer) =>
        answer.GetProperty("data").GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt64();

    private static DateTimeOffset Ago(int days) => TimeProvider.System.GetUtcNow().AddDays(-days);
}
