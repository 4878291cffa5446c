using Microsoft.Extensions.Primitives;

namespace Freshet.Ingress.Verifying;

/// <summary>The three headers of Standard Webhooks as they came.</summary>
public readonly record struct SignatureHeaders(StringValues Id, StringValues Timestamp, StringValues Signature);

/// <summary>What a verification found. Only <see cref="Outcome.Verified"/> carries an id and a time that may be believed.</summary>
/// <param name="Outcome">For our own metrics and logs. The sender is never told which check failed.</param>
/// <param name="MessageId">The sender's idempotency key; the same on every retry.</param>
/// <param name="SentAt">When this attempt was sent; changes from retry to retry.</param>
public readonly record struct Verification(Outcome Outcome, string MessageId, DateTimeOffset SentAt)
{
    public bool IsVerified => Outcome == Outcome.Verified;

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
}
