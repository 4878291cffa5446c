using System.Text;
using System.Text.Json;
using Freshet.Ingress.Senders;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Tests.Senders;

public sealed class SplitBodyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(SourceKind.Stripe, """{"id":"evt_1"}""", "evt_1")]
    [InlineData(SourceKind.Hubspot, """[{"eventId":1,"subscriptionId":2,"objectId":3,"occurredAt":4},{"eventId":1,"subscriptionId":5}]""", "1:2:3:4 1:5::")]
    [InlineData(SourceKind.Sendgrid, """[{"sg_event_id":"a"},{"sg_event_id":"b"}]""", "a b")]
    [InlineData(SourceKind.Mailgun, """{"signature":{},"event-data":{"id":"m1"}}""", "m1")]
    [InlineData(SourceKind.Postmark, """{"MessageID":"m","RecordType":"Open","ReceivedAt":"2026-11-23T10:00:00Z"}""", "m:Open::::2026-11-23T10:00:00Z:")]
    [InlineData(SourceKind.AmazonSns, """{"MessageId":"s1","Message":"{\"eventType\":\"Bounce\"}"}""", "s1")]
    [InlineData(SourceKind.Dataverse, """{"CorrelationId":"c","OperationId":"o"}""", "c:o")]
    [InlineData(SourceKind.Dataverse, """{"CorrelationId":"c","OperationId":"00000000-0000-0000-0000-000000000000"}""", "request")]
    [InlineData(SourceKind.MicrosoftGraph, """{"value":[{"id":"n1"},{"subscriptionId":"s","resource":"r","changeType":"updated","resourceData":{"@odata.etag":"e"}}]}""", "n1 s:r:updated:e")]
    [InlineData(SourceKind.Cloudevents, """{"source":"/shop","id":"7"}""", "/shop:7")]
    [InlineData(SourceKind.Github, """{}""", "delivery")]
    [InlineData(SourceKind.Shopify, """{"id":1}""", "webhook")]
    [InlineData(SourceKind.Woocommerce, """{"id":1}""", "5:delivery")]
    public void The_senders_own_key_makes_a_second_delivery_the_same_event(SourceKind kind, string body, string expected)
    {
        var headers = new Dictionary<string, string>
        {
            ["x-request-id"] = "request", ["x-github-delivery"] = "delivery", ["x-shopify-webhook-id"] = "webhook", ["x-wc-webhook-id"] = "5",
            ["x-wc-webhook-delivery-id"] = "delivery",
        };

        Ids(kind, body, headers).ShouldBe(expected.Split(' '));
    }

    [Fact]
    public void An_event_without_a_key_is_known_by_its_bytes()
    {
        var ids = Ids(SourceKind.Meta, """{"entry":[{"id":"1"},{"id":"2"},{"id":"1"}]}""");

        ids[0].ShouldStartWith("sha256-");
        ids[0].ShouldBe(ids[2]);
        ids[0].ShouldNotBe(ids[1]);
    }

    [Fact]
    public void A_key_that_is_none_of_ours_to_store_is_hashed() =>
        Ids(SourceKind.Stripe, JsonSerializer.Serialize(new { id = new string('x', 1000) }))[0].Length.ShouldBe(71);

    [Fact]
    public void A_poke_of_Graph_without_version_counts_again_a_minute_later()
    {
        const string Poke = """{"value":[{"subscriptionId":"s","resource":"r","changeType":"updated"}]}""";
        string at(int seconds) => Split(SourceKind.MicrosoftGraph, Poke, [], Now.AddSeconds(seconds)).Single().MessageId;

        at(0).ShouldBe(at(59));
        at(0).ShouldNotBe(at(60));
    }

    [Fact]
    public void What_Amazon_passes_on_is_the_event_if_it_is_JSON()
    {
        BodyOf(SourceKind.AmazonSns, """{"MessageId":"s1","Message":"{\"eventType\":\"Bounce\"}"}""").ShouldBe("""{"eventType":"Bounce"}""");
        BodyOf(SourceKind.AmazonSns, """{"MessageId":"s1","Message":"hello"}""").ShouldBe("""{"MessageId":"s1","Message":"hello"}""");
        BodyOf(SourceKind.AmazonSns, """{"MessageId":"s1","Message":"{\"a\":1,\"a\":2}"}""").ShouldContain("MessageId");
    }

    [Fact]
    public void Several_events_of_one_request_with_the_same_key_stay_several() =>
        Ids(SourceKind.Cloudevents, """[{"n":1},{"n":2}]""", new() { ["ce-source"] = "/shop", ["ce-id"] = "7" }).ShouldBe(["/shop:7.0", "/shop:7.1"]);

    [Theory]
    [InlineData(SourceKind.Stripe, "17", "webhook.not-an-object")]
    [InlineData(SourceKind.Hubspot, "[]", "webhook.empty")]
    [InlineData(SourceKind.Hubspot, "[{},17]", "webhook.not-an-object")]
    [InlineData(SourceKind.Meta, """{"object":"page"}""", "webhook.no-array")]
    [InlineData(SourceKind.Meta, """{"entry":{}}""", "webhook.no-array")]
    [InlineData(SourceKind.Meta, """[]""", "webhook.no-array")]
    [InlineData(SourceKind.Salesforce, "<a/>", "webhook.not-soap")]
    public void What_holds_no_event_says_where(SourceKind kind, string body, string code)
    {
        var source = Vendors.SourceOf(kind);
        var (_, refusal) = SplitBody.Split(source, SenderTable.Of(source), new Dictionary<string, string>(), Vendors.Bytes(body), Now);

        refusal.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Fact]
    public void More_events_than_a_request_may_hold_are_refused()
    {
        var source = Vendors.SourceOf(SourceKind.Sendgrid);
        var body = Vendors.Bytes($"[{string.Join(',', Enumerable.Repeat("{}", 2_501))}]");

        SplitBody.Split(source, SenderTable.Of(source), new Dictionary<string, string>(), body, Now).Refusal?.Code.ShouldBe("batch.too-large");
    }

    private static IReadOnlyList<string> Ids(SourceKind kind, string body, Dictionary<string, string>? headers = null) =>
        [.. Split(kind, body, headers ?? []).Select(raw => raw.MessageId)];

    private static string BodyOf(SourceKind kind, string body) => Encoding.UTF8.GetString(Split(kind, body, []).Single().Body.Span);

    private static IReadOnlyList<Profiles.Events.RawEvent> Split(SourceKind kind, string body, Dictionary<string, string> headers, DateTimeOffset? at = null)
    {
        var source = Vendors.SourceOf(kind);
        var (events, refusal) = SplitBody.Split(source, SenderTable.Of(source), headers, Vendors.Bytes(body), at ?? Now);
        refusal.ShouldBeNull();
        return events;
    }
}
