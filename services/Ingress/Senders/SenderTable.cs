using System.Collections.Frozen;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Senders;

/// <summary>Every kind of sender. What each does with an answer is told, with its sources, in <c>docs/senders.md</c>; a test compares the two.</summary>
public static class SenderTable
{
    private static readonly Answers Accepted = new() { Success = StatusCodes.Status202Accepted };

    // Some end the whole subscription after a few refusals, and lose the events to come: what can never be taken is counted and let go.
    private static readonly Answers Forgiving = new() { Disabled = StatusCodes.Status200OK, Hopeless = StatusCodes.Status200OK };

    public static IReadOnlyList<Sender> All { get; } =
    [
        new() { Kind = SourceKind.StandardWebhooks, Cut = Cut.ObjectOrArray, MessageId = MessageIdRule.OfProof, Answers = Accepted },
        new() { Kind = SourceKind.Tracking, MessageId = MessageIdRule.OfProof },
        new() { Kind = SourceKind.Svix, Cut = Cut.ObjectOrArray, MessageId = MessageIdRule.OfProof, Answers = Accepted },
        new() { Kind = SourceKind.Stripe, MessageId = MessageIdRule.Of("id") },
        new()
        {
            Kind = SourceKind.Shopify,
            MessageId = new(["header:x-shopify-webhook-id"], ["header:shopify-event-id", "header:shopify-topic"]),
            Headers =
            [
                "x-shopify-topic", "x-shopify-shop-domain", "x-shopify-api-version", "x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-triggered-at",
                "x-shopify-sub-topic", "shopify-topic", "shopify-shop-domain", "shopify-api-version", "shopify-event-id", "shopify-webhook-id", "shopify-handle",
                "shopify-action", "shopify-resource-id", "shopify-triggered-at",
            ],
            Answers = Forgiving,
        },
        new()
        {
            Kind = SourceKind.Hubspot,
            Cut = Cut.ObjectOrArray,
            MessageId = MessageIdRule.Of("eventId", "subscriptionId?", "objectId?", "occurredAt?"),
            Handshake = Handshake.SignedGet,
        },
        new()
        {
            Kind = SourceKind.Woocommerce,

            // Its delivery id is made of the webhook and the second: two orders of one second have the same. What it sends twice, as it does with
            // updates, has the same bytes, and each record in it has its time.
            MessageId = MessageIdRule.Of("header:x-wc-webhook-topic", "hash"),
            Headers =
            [
                "x-wc-webhook-source", "x-wc-webhook-topic", "x-wc-webhook-resource", "x-wc-webhook-event", "x-wc-webhook-id", "x-wc-webhook-delivery-id",
            ],
            Answers = Forgiving with { Busy = StatusCodes.Status200OK, IsThrottled = false },
            Handshake = Handshake.FormPing,
        },
        new() { Kind = SourceKind.Sendgrid, Cut = Cut.ObjectOrArray, MessageId = MessageIdRule.Of("sg_event_id") },
        new()
        {
            Kind = SourceKind.Mailgun,
            MessageId = MessageIdRule.Of("event-data/id"),
            Answers = new() { Disabled = StatusCodes.Status406NotAcceptable, Hopeless = StatusCodes.Status406NotAcceptable },
        },
        new()
        {
            Kind = SourceKind.Postmark,
            MessageId = MessageIdRule.Of("MessageID", "RecordType", "Recipient?", "ID?", "DeliveredAt?", "BouncedAt?", "ReceivedAt?", "ChangedAt?"),
            Answers = new() { Disabled = StatusCodes.Status403Forbidden, Hopeless = StatusCodes.Status403Forbidden },
        },
        new()
        {
            Kind = SourceKind.AmazonSns,
            Cut = Cut.SnsEnvelope,
            MessageId = MessageIdRule.Of("MessageId"),
            ContentTypes = ["text/plain", "application/json"],
            Headers = ["x-amz-sns-message-id", "x-amz-sns-message-type", "x-amz-sns-topic-arn"],
            Handshake = Handshake.SubscribeUrl,
        },
        new()
        {
            Kind = SourceKind.Dataverse,
            MessageId = new(["CorrelationId", "OperationId"], ["header:x-request-id"]),
            Headers =
            [
                "x-request-id", "x-ms-dynamics-organization", "x-ms-dynamics-entity-name", "x-ms-dynamics-request-name", "x-ms-correlation-request-id",
                "x-ms-dynamics-msg-size-exceeded",
            ],
            Answers = new() { Busy = StatusCodes.Status503ServiceUnavailable, Disabled = StatusCodes.Status200OK },
        },
        new()
        {
            Kind = SourceKind.Salesforce,
            Cut = Cut.Soap,
            MessageId = MessageIdRule.Of("Id"),
            ContentTypes = ["text/xml", "application/soap+xml"],
            Answers = new() { IsSoap = true },
        },
        new()
        {
            Kind = SourceKind.Meta,
            Cut = Cut.Member,
            Member = "entry",
            Parts = ["changes", "messaging"],

            // What is sent again may be put together with other changes, under another time.
            MessageId = new(["changes/0/field", "changes/0/value/leadgen_id"], ["messaging/0/message/mid"]),
            Handshake = Handshake.HubChallenge,
        },
        new()
        {
            Kind = SourceKind.MicrosoftGraph,
            Cut = Cut.Member,
            Member = "value",
            MessageId = new(["id"], ["subscriptionId", "resource", "changeType", "resourceData/@odata.etag"],
                ["subscriptionId", "resource", "changeType", "minute"]),
            Answers = Accepted,
            Handshake = Handshake.ValidationToken,
        },
        new()
        {
            Kind = SourceKind.Cloudevents,
            Cut = Cut.ObjectOrArray,
            MessageId = new(["header:ce-source", "header:ce-id"], ["source", "id"]),
            ContentTypes = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"],
            Headers = ["ce-id", "ce-source", "ce-type", "ce-time", "ce-subject", "ce-specversion", "ce-dataschema"],
            Answers = Accepted,
            Handshake = Handshake.AllowedOrigin,
        },
        new()
        {
            Kind = SourceKind.Github,
            MessageId = MessageIdRule.Of("header:x-github-delivery"),
            Headers = ["x-github-event", "x-github-delivery", "x-github-hook-id", "x-github-hook-installation-target-type"],
            Answers = new() { IsThrottled = false },
        },
        new() { Kind = SourceKind.Hmac, Cut = Cut.ObjectOrArray, MessageId = new() },
        new()
        {
            Kind = SourceKind.Mixpanel,
            Cut = Cut.ObjectOrArray,
            MessageId = MessageIdRule.Of("properties/$insert_id", "event", "properties/distinct_id?", "properties/time?"),
            ContentTypes = ["application/x-www-form-urlencoded", "application/json", "application/x-ndjson", "text/plain"],
            Answers = new() { NamesError = true },
        },
        new()
        {
            Kind = SourceKind.Ga4,
            Cut = Cut.Member,
            Member = "events",
            MessageId = new(),
            ContentTypes = ["application/json", "text/plain"],
            Answers = new() { Success = StatusCodes.Status204NoContent, Hopeless = StatusCodes.Status204NoContent },
        },
    ];

    private static readonly FrozenDictionary<SourceKind, Sender> ByKind = All.ToFrozenDictionary(sender => sender.Kind);

    /// <summary>The sender of a kind whose sources do not differ.</summary>
    public static Sender Of(SourceKind kind) => ByKind[kind];

    /// <summary>The sender of a source; a free-form one with what the source's settings say of it.</summary>
    public static Sender Of(Source source)
    {
        var sender = ByKind[source.Kind];
        return source.Hmac is { } form && source.Kind == SourceKind.Hmac ? sender with { MessageId = IdOf(form), Headers = HeadersOf(form) } : sender;
    }

    private static MessageIdRule IdOf(HmacSettings form) => (form.IdHeader, form.IdPath) switch
    {
        ({ } header, _) => MessageIdRule.Of($"header:{header.ToLowerInvariant()}"),
        (_, { } path) => MessageIdRule.Of(path.Replace('.', '/')),
        _ => new MessageIdRule(),
    };

    private static string[] HeadersOf(HmacSettings form) => form.IdHeader is { } header ? [header.ToLowerInvariant()] : [];
}
