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
    [InlineData(SourceKind.Postmark, """{"MessageID":"m","RecordType":"Open","ReceivedAt":"2026-11-23T10:00:00Z"}""", "m:Open:::::2026-11-23T10%3A00%3A00Z:")]
    [InlineData(SourceKind.AmazonSns, """{"MessageId":"s1","Message":"{\"eventType\":\"Bounce\"}"}""", "s1")]
    [InlineData(SourceKind.Dataverse, """{"CorrelationId":"c","OperationId":"o"}""", "c:o")]
    [InlineData(SourceKind.Dataverse, """{"CorrelationId":"c","OperationId":"00000000-0000-0000-0000-000000000000"}""", "request")]
    [InlineData(SourceKind.MicrosoftGraph, """{"value":[{"id":"n1"},{"subscriptionId":"s","resource":"r","changeType":"updated","resourceData":{"@odata.etag":"e"}}]}""", "n1 s:r:updated:e")]
    [InlineData(SourceKind.Cloudevents, """{"source":"/shop","id":"7"}""", "/shop:7")]
    [InlineData(SourceKind.Github, """{}""", "delivery")]
    [InlineData(SourceKind.Shopify, """{"id":1}""", "webhook")]
    [InlineData(SourceKind.Meta, """{"entry":[{"id":"1","changes":[{"field":"leadgen","value":{"leadgen_id":"7"}}]},{"id":"1","messaging":[{"message":{"mid":"m"}}]}]}""", "leadgen:7 m")]
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

    // WooCommerce makes its delivery id of the webhook and the second.
    [Fact]
    public void Orders_of_one_second_of_WooCommerce_are_several_and_an_update_that_it_sends_twice_is_one()
    {
        static string id(string topic, string delivery, string body) => Ids(SourceKind.Woocommerce, body, new()
        {
            ["x-wc-webhook-id"] = "5", ["x-wc-webhook-delivery-id"] = delivery, ["x-wc-webhook-topic"] = topic,
        }).Single();
        var first = id("order.updated", "a", """{"id":1}""");

        id("order.updated", "a", """{"id":2}""").ShouldNotBe(first);
        id("order.created", "a", """{"id":1}""").ShouldNotBe(first);
        id("order.updated", "b", """{"id":1}""").ShouldBe(first);
    }

    [Fact]
    public void Parts_of_a_key_cannot_be_cut_otherwise() =>
        Ids(SourceKind.Cloudevents, """{"source":"urn:shop","id":"1"}""").ShouldNotBe(Ids(SourceKind.Cloudevents, """{"source":"urn","id":"shop:1"}"""));

    [Fact]
    public void A_mail_to_two_people_is_delivered_twice() =>
        Ids(SourceKind.Postmark, """{"MessageID":"m","RecordType":"Delivery","Recipient":"a@example.com","DeliveredAt":"2026-11-23T10:00:00Z"}""")
            .ShouldNotBe(Ids(SourceKind.Postmark, """{"MessageID":"m","RecordType":"Delivery","Recipient":"b@example.com","DeliveredAt":"2026-11-23T10:00:00Z"}"""));

    [Fact]
    public void An_entry_of_Meta_with_several_changes_is_several_events_each_with_what_they_share()
    {
        const string Body = """{"entry":[{"id":"p","time":1,"changes":[{"field":"leadgen","value":{"leadgen_id":"7"}},{"field":"leadgen","value":{"leadgen_id":"8"}}]},{"id":"q","messaging":[]}]}""";

        Split(SourceKind.Meta, Body, []).Select(raw => Encoding.UTF8.GetString(raw.Body.Span)).ShouldBe(
        [
            """{"id":"p","time":1,"changes":[{"field":"leadgen","value":{"leadgen_id":"7"}}]}""",
            """{"id":"p","time":1,"changes":[{"field":"leadgen","value":{"leadgen_id":"8"}}]}""",
            """{"id":"q","messaging":[]}""",
        ]);
    }

    [Fact]
    public void A_lead_that_Meta_sends_again_among_others_is_the_same_lead() =>
        Ids(SourceKind.Meta, """{"entry":[{"id":"p","time":1,"changes":[{"field":"leadgen","value":{"leadgen_id":"7"}}]}]}""").ShouldBeSubsetOf(
            Ids(SourceKind.Meta, """{"entry":[{"id":"p","time":2,"changes":[{"field":"leadgen","value":{"leadgen_id":"6"}},{"field":"leadgen","value":{"leadgen_id":"7"}}]}]}"""));

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

    [Theory]
    [InlineData(SourceKind.Sendgrid, "[{}", ",{}", "]")]
    [InlineData(SourceKind.Meta, """{"entry":[{"changes":[{}""", ",{}", "]}]}")]
    [InlineData(SourceKind.Salesforce, """<a><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>1</OrganizationId><Notification/>""", "<Notification/>", "</notifications></a>")]
    public void More_events_than_a_request_may_hold_are_refused(SourceKind kind, string first, string more, string end)
    {
        var source = Vendors.SourceOf(kind);
        var body = Vendors.Bytes($"{first}{string.Concat(Enumerable.Repeat(more, 2_500))}{end}");

        SplitBody.Split(source, SenderTable.Of(source), new Dictionary<string, string>(), body, Now).Refusal.ShouldNotBeNull().Code.ShouldBe("batch.too-large");
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
