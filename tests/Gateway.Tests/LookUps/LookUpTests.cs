using System.Text.Json;
using Freshet.Gateway.Tests.Calling;
using Freshet.Testing;
using Freshet.Testing.Drivers;

namespace Freshet.Gateway.Tests.LookUps;

/// <summary>A stale trait asks the source that knows, and the answer takes the way of every event.</summary>
public sealed class LookUpTests(LookUpShop shop) : IClassFixture<LookUpShop>
{
    private const string Many = "query($by: [ProfileKey!]!) { profiles(by: $by) { traits { plan(onStale: REFRESH) } } }";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_stale_trait_is_refreshed_from_its_source_and_fresh_for_everybody_from_then_on()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro", "first_name": "Ann"}"""));
        await shop.AddAsync("crm-fresh", crm);
        await shop.StaleAsync("crm-fresh", "ann+1@shop.test");

        (await shop.AskAsync("ann+1@shop.test", "")).ShouldBe(("old", null));
        (await shop.AskAsync("ann+1@shop.test")).ShouldBe(("pro", null));
        (await shop.AskAsync("ann+1@shop.test", "")).ShouldBe(("pro", null));
        (await shop.AskAsync("ann+1@shop.test")).ShouldBe(("pro", null));

        crm.Asked.ShouldBe(["GET /contacts/ann+1@shop.test"]);
        var trait = (await shop.Shop.Client.QueryAsync("""{ profile(by: { email: "ann+1@shop.test" }) { trait(name: "first_name") { value source origin } } }"""))
            .GetProperty("profile").GetProperty("trait");
        trait.GetRawText().ShouldBe("""{"value":"Ann","source":"crm-fresh","origin":"OBSERVED"}""");
    }

    [Fact]
    public async Task What_a_third_party_said_is_marked_and_a_source_can_be_asked_by_a_trait()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"first_name": "Tia"}"""));
        await shop.AddAsync("crm-third", crm, place: "/plans/{trait:plan}", isThirdParty: true);
        await shop.StaleAsync("crm-third", "tia@shop.test", "go/ld");

        (await shop.AskAsync("tia@shop.test")).ShouldBe(("go/ld", "UNCHANGED"));

        crm.Asked.ShouldBe(["GET /plans/go%2Fld"]);
        var profile = (await shop.Shop.Client.QueryAsync(
            """{ profile(by: { email: "tia@shop.test" }) { said: trait(name: "first_name") { value source thirdParty } unknown: trait(name: "points") { thirdParty } } }""")).GetProperty("profile");
        profile.GetRawText().ShouldBe("""{"said":{"value":"Tia","source":"crm-third","thirdParty":true},"unknown":{"thirdParty":false}}""");
        await shop.StaleAsync("demo", "own@shop.test");
        (await shop.Shop.Client.QueryAsync("""{ profile(by: { email: "own@shop.test" }) { trait(name: "plan") { thirdParty } } }"""))
            .GetProperty("profile").GetProperty("trait").GetRawText().ShouldBe("""{"thirdParty":false}""");
    }

    [Fact]
    public async Task The_answer_is_in_the_ledger_like_any_event()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro"}"""));
        await shop.AddAsync("crm-ledger", crm);
        await shop.StaleAsync("crm-ledger", "led@shop.test");

        await shop.AskAsync("led@shop.test");

        var now = TimeProvider.System.GetUtcNow();
        var hours = (await shop.Shop.Client.QueryAsync(
            """query($from: DateTime!, $to: DateTime!) { ledger(source: "crm-ledger", from: $from, to: $to) { received applied waiting } }""",
            new { from = now.AddHours(-2), to = now.AddHours(2) })).GetProperty("ledger").EnumerateArray().ToList();
        hours.Sum(hour => hour.GetProperty("received").GetInt64()).ShouldBe(2);
        hours.Sum(hour => hour.GetProperty("applied").GetInt64()).ShouldBe(2);
    }

    [Fact]
    public async Task Identities_go_in_the_body_of_a_POST_and_secrets_in_headers()
    {
        var token = "";
        await using var crm = await OtherHost.StartAsync(context =>
        {
            token = context.Request.Headers.Authorization.ToString();
            return OtherHost.Json("""{"plan": "pro"}""")(context);
        });
        await shop.AddAsync("crm-post", crm, lookUp => lookUp with
        {
            Method = Freshet.Profiles.LookUps.LookUpMethod.Post, Identities = ["email"],
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer ${crm-token}" },
        }, "/find");
        await shop.StaleAsync("crm-post", "pia@shop.test");

        (await shop.AskAsync("pia@shop.test")).ShouldBe(("pro", null));

        crm.Asked.ShouldBe(["""POST /find {"email":"pia@shop.test"}"""]);
        token.ShouldBe($"Bearer {LookUpShop.Token}");
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_serves_the_next_query()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var crm = await OtherHost.StartAsync(async context =>
        {
            await mayAnswer.Task;
            await OtherHost.Json("""{"plan": "pro"}""")(context);
        });
        await shop.AddAsync("crm-slow", crm, lookUp => lookUp with { Timeout = TimeSpan.FromMilliseconds(10) });
        await shop.StaleAsync("crm-slow", "sam@shop.test");

        (await shop.AskAsync("sam@shop.test")).ShouldBe(("old", "TIMED_OUT"));
        mayAnswer.SetResult();

        await Eventually.GetAsync(_ => shop.AskAsync("sam@shop.test", ""), asked => asked.Plan == "pro", "the late answer", Patience);
    }

    [Fact]
    public async Task Fifty_queries_for_one_profile_ask_once_and_all_get_the_answer()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var crm = await OtherHost.StartAsync(async context =>
        {
            await mayAnswer.Task;
            await OtherHost.Json("""{"plan": "pro"}""")(context);
        });
        await shop.AddAsync("crm-crowd", crm);
        await shop.StaleAsync("crm-crowd", "cro@shop.test");

        var asking = Enumerable.Range(0, 50).Select(_ => shop.AskAsync("cro@shop.test")).ToArray();
        await Eventually.TrueAsync(_ => Task.FromResult(!crm.Asked.IsEmpty), "the look-up", Patience);
        mayAnswer.SetResult();

        (await Task.WhenAll(asking)).Distinct().ShouldBe([("pro", null)]);
        crm.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_not_known_is_not_asked_for_again_for_a_while()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("", 404));
        await shop.AddAsync("crm-404", crm);
        await shop.StaleAsync("crm-404", "nob@shop.test");

        (await shop.AskAsync("nob@shop.test")).ShouldBe(("old", "NOT_KNOWN"));
        (await shop.AskAsync("nob@shop.test")).ShouldBe(("old", "ASKED_RECENTLY"));
        crm.Asked.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("bro", 200, "this is no JSON", "REJECTED")]
    [InlineData("unc", 200, """{"first_name": "Una"}""", "UNCHANGED")]
    [InlineData("una", 401, """{"error": "who are you?"}""", "FAILED")]
    public async Task What_brings_nothing_newer_leaves_the_value_stale_with_the_reason(string who, int status, string body, string reason)
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json(body, status));
        await shop.AddAsync($"crm-{who}", crm);
        await shop.StaleAsync($"crm-{who}", $"{who}@shop.test");

        (await shop.AskAsync($"{who}@shop.test")).ShouldBe(("old", reason));
    }

    [Theory]
    [InlineData("dea", """["a list"]""", "body.malformed")]
    [InlineData("nul", """{"plan": "a\u0000b"}""", "json.nul-character")]
    public async Task An_answer_that_cannot_be_read_is_a_dead_letter(string who, string body, string code)
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json(body));
        await shop.AddAsync($"crm-{who}", crm);
        await shop.StaleAsync($"crm-{who}", $"{who}@shop.test");

        (await shop.AskAsync($"{who}@shop.test")).ShouldBe(("old", "REJECTED"));

        var letters = await shop.Shop.Client.QueryAsync($$"""{ deadLetters(source: "crm-{{who}}") { edges { node { code } } } }""");
        letters.GetProperty("deadLetters").GetProperty("edges")[0].GetProperty("node").GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task An_answer_about_somebody_else_stays_with_them()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"email": "other@shop.test", "plan": "pro"}"""));
        await shop.AddAsync("crm-other", crm);
        await shop.StaleAsync("crm-other", "one@shop.test");

        (await shop.AskAsync("one@shop.test")).ShouldBe(("old", "UNCHANGED"));
        (await shop.AskAsync("other@shop.test", "")).ShouldBe(("pro", null));
    }

    [Fact]
    public async Task Many_failures_open_the_circuit_and_readers_are_told()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("{}", 500));
        await shop.AddAsync("crm-down", crm, lookUp => lookUp with { MinInterval = TimeSpan.FromMilliseconds(1), RequestsPerSecond = 1000 });
        var keys = await ManyAsync("crm-down", 8);

        var asked = await Eventually.GetAsync(
            async ct => Reasons(await shop.Shop.Client.SendAsync(Many, new { by = keys }, ct)),
            reasons => reasons.Contains("CIRCUIT_OPEN"), "an open circuit", Patience);

        asked.Count.ShouldBe(8);
        asked.ShouldBeSubsetOf(["FAILED", "CIRCUIT_OPEN"]);
    }

    [Fact]
    public async Task A_private_address_is_not_called_unless_the_workspace_lists_it()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro"}"""));
        await shop.AddAsync("crm-private", crm, lookUp => lookUp with { Url = "http://10.0.0.1/{email}" });
        await shop.StaleAsync("crm-private", "pri@shop.test");

        (await shop.AskAsync("pri@shop.test")).ShouldBe(("old", "FORBIDDEN"));
    }

    [Fact]
    public async Task A_source_is_asked_only_so_often()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro"}"""));
        await shop.AddAsync("crm-limit", crm, lookUp => lookUp with { RequestsPerSecond = 1 });
        var keys = await ManyAsync("crm-limit", 15);

        Reasons(await shop.Shop.Client.SendAsync(Many, new { by = keys })).ShouldContain("RATE_LIMITED");

        crm.Asked.Count.ShouldBeLessThan(15);
    }

    [Theory]
    [InlineData("crm-identity", "/of/{external:shopify}", "NO_IDENTITY")]
    [InlineData("demo", null, "NO_LOOK_UP")]
    public async Task Without_a_way_to_ask_the_value_is_stale(string sourceId, string? place, string reason)
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro"}"""));
        if (place is not null)
        {
            await shop.AddAsync(sourceId, crm, place: place);
        }

        await shop.StaleAsync(sourceId, $"way-{sourceId}@shop.test");

        (await shop.AskAsync($"way-{sourceId}@shop.test")).ShouldBe(("old", reason));
        crm.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_secret_that_is_not_set_is_told_and_nobody_is_asked()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro"}"""));
        await shop.AddAsync("crm-secret", crm, lookUp => lookUp with { Headers = new Dictionary<string, string> { ["X-Key"] = "${nobody-set-it}" } });
        await shop.StaleAsync("crm-secret", "sec@shop.test");

        (await shop.AskAsync("sec@shop.test")).ShouldBe(("old", "MISCONFIGURED"));
        crm.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Extensions_say_which_trait_of_whom_is_stale_and_who_was_asked()
    {
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("", 404));
        await shop.AddAsync("crm-told", crm);
        await shop.StaleAsync("crm-told", "tol@shop.test");

        var answer = await shop.Shop.Client.SendAsync("""{ profile(by: { email: "tol@shop.test" }) { id traits { plan(onStale: REFRESH) firstName(onStale: REFRESH) } } }""");

        var id = answer.GetProperty("data").GetProperty("profile").GetProperty("id").GetString();
        answer.GetProperty("extensions").GetProperty("freshness").GetRawText().ShouldBe(
            $$"""[{"profile":"{{id}}","trait":"plan","freshness":"STALE","source":"crm-told","reason":"NOT_KNOWN"}]""");
    }

    [Fact]
    public async Task A_look_up_is_counted_by_source_and_outcome_and_names_nobody()
    {
        using var tellTale = new TellTale();
        await using var crm = await OtherHost.StartAsync(OtherHost.Json("""{"plan": "pro"}"""));
        await shop.AddAsync("crm-counted", crm);
        await shop.StaleAsync("crm-counted", "counted@shop.test");

        await shop.AskAsync("counted@shop.test");

        tellTale.Told.ShouldContain("freshet.gateway.lookups [freshet.source, crm-counted] [outcome, refreshed]");
        tellTale.Told.ShouldContain("freshet.gateway.lookup.duration [freshet.source, crm-counted] [outcome, refreshed]");
        tellTale.Told.ShouldAllBe(text => !text.Contains("counted@shop.test"));
    }

    private async Task<List<object>> ManyAsync(string sourceId, int count)
    {
        var keys = new List<object>();
        for (var i = 0; i < count; i++)
        {
            await shop.StaleAsync(sourceId, $"{sourceId}{i}@shop.test");
            keys.Add(new { email = $"{sourceId}{i}@shop.test" });
        }

        return keys;
    }

    private static List<string?> Reasons(JsonElement answer) =>
        [.. answer.GetProperty("extensions").GetProperty("freshness").EnumerateArray().Select(stale => stale.GetProperty("reason").GetString())];
}
