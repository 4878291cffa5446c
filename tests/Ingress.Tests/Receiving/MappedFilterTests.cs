using System.Net;
using System.Text;
using Freshet.Ingress.Receiving;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Testing;

namespace Freshet.Ingress.Tests.Receiving;

/// <summary>Which events of a mapped source are kept.</summary>
public sealed class MappedFilterTests
{
    private static readonly EventMapping Mapping = new(
        MappingCompiler.Compile(
            new MappingDefinition
            {
                Name = "shop",
                Rules =
                [
                    Rule("kind == 'paid'", "order.completed"), Rule("kind == 'joined'", "customer.created"), Rule("kind == 'forget'", EventMapping.ErasureRequested),
                    Rule("number(kind) > 1", "thing.counted"),
                ],
            },
            1,
            out _)!,
        MappingSet.Empty);

    [Theory]
    [InlineData("paid", true, true)]
    [InlineData("joined", true, false)]
    [InlineData("7", true, false)]
    [InlineData("0", false, false)]
    [InlineData("forget", true, true)]
    [InlineData("unreadable", true, true)]
    public void A_type_that_is_listed_is_kept_and_so_are_privacy_signals_and_what_cannot_be_read(string kind, bool isKeptByAll, bool isKeptByList)
    {
        var raw = new RawEvent
        {
            EventId = EventIds.From("shop", "m"), SourceId = "shop", MessageId = "m", ReceivedAt = DateTimeOffset.UnixEpoch,
            Format = RawEventFormat.Mapped, Body = Encoding.UTF8.GetBytes($$"""{"kind": "{{kind}}"}"""),
        };

        KeptTypes.IsKept(Mapping, null, raw).ShouldBe(isKeptByAll);
        KeptTypes.IsKept(Mapping, new HashSet<string> { "order.completed" }, raw).ShouldBe(isKeptByList);
    }

    [Fact]
    public async Task A_source_that_is_switched_off_keeps_what_privacy_law_asks_and_nothing_else()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = IngressApp.Start(database.ConnectionString, sources: [IngressApp.DemoSource with { IsEnabled = false, Mapping = Mapping }]);

        using var paid = await app.SendWebhookAsync("""{"kind": "paid"}""");
        using var forget = await app.SendWebhookAsync("""[{"kind": "forget"}, {"kind": "joined"}]""", "msg_1");
        using var forged = app.Webhook("""{"kind": "forget"}""", "msg_2");
        forged.Content = new StringContent("""{"kind": "forget", "user": "other"}""", Encoding.UTF8, "application/json");
        using var refused = await app.Client.SendAsync(forged);

        paid.StatusCode.ShouldBe(HttpStatusCode.Gone);
        forget.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await database.ListAsync<string>("select source_id from event_keys k join event_batches b using (batch_id) join ledger_entries l using (batch_id)")).ShouldBe(["demo"]);
    }

    [Fact]
    public async Task A_source_that_is_switched_off_and_cannot_be_asked_for_privacy_refuses_unseen()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = IngressApp.Start(database.ConnectionString, sources: [IngressApp.DemoSource with { IsEnabled = false }]);

        using var answer = await app.Client.PostAsync(new Uri("/webhooks/demo", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Gone);
    }

    private static MappingRule Rule(string when, string type) => new() { When = new(when), Type = type, Identities = [new("user_id", new("user"))] };
}
