using Microsoft.Extensions.Primitives;

namespace Freshet.Ingress.Verifying;

/// <summary>The three headers of Standard Webhooks as they came.</summary>
public readonly record struct SignatureHeaders(StringValues Id, StringValues Timestamp, StringValues Signature);

/// <summary>What a verification found. Only <see cref="Outcome.Verified"/> carries an id and a time that may be believed.</summary>
/// <param name="Outcome">For our own metrics and logs. The sender is never told which check failed.</param>
/// <param name="MessageId">The sender's idempotency key, the same on every retry; empty where the scheme has none and the events bring their own.</param>
/// <param name="SentAt">When this attempt was sent; changes from retry to retry. Where the scheme has no time: when it was read.</param>
public readonly record struct Verification(Outcome Outcome, string MessageId, DateTimeOffset SentAt)
{
    public bool IsVerified => Outcome == Outcome.Verified;

    /// <summary>Proven by a scheme that knows no message id.</summary>
    internal static Verification Proven(DateTimeOffset sentAt) => new(Outcome.Verified, string.Empty, sentAt);

    internal static Verification Refused(Outcome outcome) => new(outcome, string.Empty, default);
}

public enum Outcome
{
    Verified = 0,
    HeaderMissing,

    /// <summary>A header came twice: two readers could believe different ones.</summary>
    HeaderRepeated,
    IdMalformed,
    TimestampMalformed,
    TooOld,
    TooNew,

    /// <summary>More signatures than any rotation needs; checking them all would be work for nothing.</summary>
    TooManySignatures,
    NoMatch,

    /// <summary>A header is longer than any that the scheme knows.</summary>
    HeaderTooLong,

    /// <summary>The body lacks what the scheme looks for in it.</summary>
    BodyMalformed,

    /// <summary>What may be used once was used before, with another body.</summary>
    Replayed,

    /// <summary>Proven by somebody else: another topic, organization or key than the source's settings name.</summary>
    OtherSender,
}
