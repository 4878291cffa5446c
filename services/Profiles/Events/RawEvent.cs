namespace Freshet.Profiles.Events;

/// <summary>One event as its sender wrote it, proven and screened but not yet understood.</summary>
public sealed record RawEvent
{
    /// <summary>Derived from source and message id by <see cref="EventIds.From"/>: the same on every delivery.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The source that sent it.</summary>
    public required string SourceId { get; init; }

    /// <summary>The sender's idempotency key.</summary>
    public required string MessageId { get; init; }

    /// <summary>When Ingress read it. Stays the same over retries and replays.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How <see cref="Body"/> is to be read.</summary>
    public required RawEventFormat Format { get; init; }

    /// <summary>The relevant request headers, lower-case names. Never credentials or signatures.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = EmptyHeaders;

    /// <summary>The event's JSON exactly as received. Of a tracking batch: the item, with batch-level members in <see cref="Headers"/>. Of a
    /// sender that speaks no JSON: the item as JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    private static readonly Dictionary<string, string> EmptyHeaders = [];
}

/// <summary>The shapes in which events arrive.</summary>
public enum RawEventFormat
{
    /// <summary>Standard Webhooks envelope: <c>{"type", "timestamp", "data"}</c>.</summary>
    Webhook = 0,

    /// <summary>A Segment-compatible call; its kind is in member <c>type</c> of the body.</summary>
    Tracking = 1,

    /// <summary>JSON in the sender's own shape; the mapping of its source says what it means.</summary>
    Mapped = 2,

    /// <summary>An item of Mixpanel's protocol: an event, or an operation on a profile or a group.</summary>
    Mixpanel = 3,

    /// <summary>An event of Google Analytics' Measurement Protocol, with what its request says beside its events in <see cref="RawEvent.Headers"/>.</summary>
    Ga4 = 4,

    /// <summary>What a source answered when it was asked about a person; the mapping of its look-up says what it means. Who was asked for is in
    /// <see cref="RawEvent.Headers"/>.</summary>
    LookUp = 5,
}
