using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Senders;

/// <summary>What a kind of sender needs beside its proof. <c>docs/senders.md</c> shows the same.</summary>
public sealed record Sender
{
    public required SourceKind Kind { get; init; }

    /// <summary>How a body is cut into events.</summary>
    public Cut Cut { get; init; } = Cut.Object;

    /// <summary>The member that holds the array of events, for <see cref="Cut.Member"/>.</summary>
    public string? Member { get; init; }

    /// <summary>Arrays inside of an event of <see cref="Cut.Member"/>; each of their items is an event of its own.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>How an event's idempotency key is found.</summary>
    public required MessageIdRule MessageId { get; init; }

    /// <summary>The request headers that say something about an event, in lower case; never credentials.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The media types that it sends.</summary>
    public IReadOnlyList<string> ContentTypes { get; init; } = ["application/json"];

    public Answers Answers { get; init; } = new();

    /// <summary>What it asks besides sending events.</summary>
    public Handshake Handshake { get; init; }
}

/// <summary>How a body is cut into events.</summary>
public enum Cut
{
    /// <summary>An object is one event.</summary>
    Object = 0,

    /// <summary>An object is one event, an array of objects several.</summary>
    ObjectOrArray,

    /// <summary>An array under a member holds the events.</summary>
    Member,

    /// <summary>An Amazon SNS notification: the JSON in its <c>Message</c> is the event; a message that holds none is the event with its envelope.</summary>
    SnsEnvelope,

    /// <summary>A SOAP message of Salesforce: each <c>Notification</c> becomes a JSON object.</summary>
    Soap,
}

/// <summary>What a sender asks besides sending events.</summary>
public enum Handshake
{
    /// <summary>Nothing but GET, which says that the address is right.</summary>
    None = 0,

    /// <summary>WooCommerce: an unsigned form <c>webhook_id=n</c> when the webhook is made, answered 200.</summary>
    FormPing,

    /// <summary>HubSpot: a GET that carries a signature is proven like a POST.</summary>
    SignedGet,

    /// <summary>Meta: GET with <c>hub.verify_token</c>, answered with <c>hub.challenge</c>.</summary>
    HubChallenge,

    /// <summary>Microsoft Graph: POST with <c>validationToken</c>, answered with that token.</summary>
    ValidationToken,

    /// <summary>CloudEvents: OPTIONS with <c>WebHook-Request-Origin</c>, answered with <c>WebHook-Allowed-Origin</c>.</summary>
    AllowedOrigin,

    /// <summary>Amazon SNS: a proven <c>SubscriptionConfirmation</c>, whose address is asked.</summary>
    SubscribeUrl,
}
