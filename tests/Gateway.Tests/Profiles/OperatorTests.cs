using System.Text.Json;
using Freshet.Gateway.Tests.Shop;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Profiles;

/// <summary>What operators look at and correct: events, dead letters, the ledger, unmerging.</summary>
public sealed class OperatorTests(ShopFixture fixture) : IClassFixture<ShopFixture>
{
    private readonly ShopGateway shop = fixture.Shop;

    [Fact]
    public async Task The_timeline_of_a_profile_is_read_page_by_page_latest_first()
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var day = 5; day >= 1; day--)
        {
            await shop.SendAsync(Customer("ann@shop.test", new { points = day }, now.AddDays(-day), day % 2 == 0 ? "order.completed" : "customer.updated"));
        }

        var first = await EventsAsync("first: 2");
        var second = await EventsAsync($"first: 2, after: {first.GetProperty("pageInfo").GetProperty("endCursor").GetRawText()}");
        var orders = await EventsAsync("types: [\"order.completed\"]");

        Points(first).ShouldBe([1, 2]);
        first.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean().ShouldBeTrue();
        Points(second).ShouldBe([3, 4]);
        second.GetProperty("pageInfo").GetProperty("hasPreviousPage").GetBoolean().ShouldBeTrue();
        Points(orders).ShouldBe([2, 4]);
    }

    [Fact]
    public async Task A_dead_letter_shows_its_reason_and_raw_body_and_is_replayed_by_id()
    {
        await shop.SendAsync(new { type = "order.completed", timestamp = TimeProvider.System.GetUtcNow(), data = new { nobody = "here" } });

        var data = await shop.Client.QueryAsync(
            "{ deadLetters(first: 1) { nodes { id source stage code reason fingerprint attempts state raw { bytes text base64 } } pageInfo { hasNextPage } } }");
        var letter = data.GetProperty("deadLetters").GetProperty("nodes")[0];
        letter.GetProperty("source").GetString().ShouldBe("demo");
        letter.GetProperty("state").GetString().ShouldBe("PARKED");
        letter.GetProperty("raw").GetProperty("text").GetString()!.ShouldContain("nobody");

        var answer = await ReplayAsync($"ids: [{letter.GetProperty("id").GetRawText()}]");
        answer.GetProperty("run").GetProperty("events").GetInt32().ShouldBe(1);
        answer.GetProperty("errors").GetArrayLength().ShouldBe(0);

        var again = await ReplayAsync($"ids: [{letter.GetProperty("id").GetRawText()}]");
        again.GetProperty("run").ValueKind.ShouldBe(JsonValueKind.Null);
        again.GetProperty("errors")[0].GetRawText().ShouldStartWith("""{"__typename":"NothingSelected","code":"NOTHING_SELECTED",""");
    }

    [Theory]
    [InlineData("ids: [\"x\"]")]
    [InlineData("ids: []")]
    [InlineData("source: \"demo\"")]
    [InlineData("fingerprint: \"f\", ids: [\"01890000-0000-7000-8000-000000000000\"]")]
    [InlineData("source: \"demo\", from: \"2026-01-02T00:00:00Z\", to: \"2026-01-01T00:00:00Z\"")]
    public async Task A_selection_that_leaves_open_what_is_meant_replays_nothing(string arguments) =>
        (await ReplayAsync(arguments)).GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("INVALID_SELECTION");

    [Fact]
    public async Task The_ledger_closes()
    {
        await shop.SendAsync(Customer("bob@shop.test", new { points = 1 }));
        var now = TimeProvider.System.GetUtcNow();

        var data = await shop.Client.QueryAsync(
            "query($from: DateTime!, $to: DateTime!) { ledger(source: \"demo\", from: $from, to: $to) { hour source received applied duplicate filtered parked waiting residue } }",
            new { from = now.AddHours(-2), to = now.AddHours(1) });

        data.GetProperty("ledger").GetArrayLength().ShouldBeGreaterThan(0);
        data.GetProperty("ledger").EnumerateArray().ShouldAllBe(entry => entry.GetProperty("residue").GetInt64() == 0 && entry.GetProperty("applied").GetInt64() > 0);
    }

    [Fact]
    public async Task An_identity_that_is_somebody_elses_is_parted_with_its_traits()
    {
        await shop.SendAsync(Customer("cleo@shop.test", new { points = 7 }));
        await shop.SendAsync(new { type = "customer.updated", timestamp = TimeProvider.System.GetUtcNow(), data = new { email = "cleo@shop.test", phone = "+4930123456" } });
        await shop.SendAsync(new { type = "customer.updated", timestamp = TimeProvider.System.GetUtcNow(), data = new { phone = "+4930123456", traits = new { plan = "pro" } } });

        var data = await shop.Client.QueryAsync("""
            mutation { unmergeProfile(by: { email: "cleo@shop.test" }, identities: [{ namespace: "phone", value: "+49 30 123456" }]) {
              profiles { identities { value } traits { points plan } } errors { code message } } }
            """);

        var payload = data.GetProperty("unmergeProfile");
        payload.GetProperty("errors").GetArrayLength().ShouldBe(0);
        payload.GetProperty("profiles").GetRawText().ShouldBe(
            """[{"identities":[{"value":"cleo@shop.test"}],"traits":{"points":7,"plan":"free"}},{"identities":[{"value":"+4930123456"}],"traits":{"points":null,"plan":"pro"}}]""");
    }

    [Fact]
    public async Task Parting_what_is_not_there_is_refused_in_the_payload()
    {
        await shop.SendAsync(Customer("dan@shop.test", new { points = 7 }));

        var data = await shop.Client.QueryAsync("""
            mutation {
              a: unmergeProfile(by: { email: "none@shop.test" }, identities: []) { errors { code } }
              b: unmergeProfile(by: { email: "dan@shop.test" }, identities: [{ namespace: "phone", value: "+4930999999" }]) { errors { code ... on IdentitiesNotFound { namespaces } } }
              c: unmergeProfile(by: { email: "dan@shop.test" }, identities: [{ namespace: "email", value: "dan@shop.test" }]) { errors { code } } }
            """);

        data.GetRawText().ShouldBe(
            """{"a":{"errors":[{"code":"PROFILE_NOT_FOUND"}]},"b":{"errors":[{"code":"IDENTITIES_NOT_FOUND","namespaces":["phone"]}]},"c":{"errors":[{"code":"INVALID_SELECTION"}]}}""");
    }

    private async Task<JsonElement> ReplayAsync(string arguments) =>
        (await shop.Client.QueryAsync($"mutation {{ replayDeadLetters({arguments}) {{ run {{ batches events }} errors {{ __typename code message }} }} }}"))
            .GetProperty("replayDeadLetters");

    private async Task<JsonElement> EventsAsync(string arguments) =>
        (await shop.Client.QueryAsync(
            $$"""{ profile(by: { email: "ann@shop.test" }) { events({{arguments}}) { nodes { id type occurredAt receivedAt source properties } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""))
            .GetProperty("profile").GetProperty("events");

    private static IEnumerable<long> Points(JsonElement connection) =>
        connection.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("properties").GetProperty("traits").GetProperty("points").GetInt64());
}
