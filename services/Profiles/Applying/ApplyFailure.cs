namespace Freshet.Profiles.Applying;

/// <summary>Why events could not be applied, without any of their values.</summary>
/// <param name="Stage"><c>read</c>, <c>map</c>, <c>apply</c> or <c>bus</c>.</param>
/// <param name="Code">Stable, dotted: <c>apply.failed</c>.</param>
/// <param name="Reason">A sentence that tells the cure.</param>
/// <param name="Fingerprint">Equal for equal causes.</param>
public sealed record ApplyFailure(string Stage, string Code, string Reason, string Fingerprint);

/// <summary>
/// None of a batch's events can be applied, and the cause is in them, not in a server. Try again later, then park the batch.
/// The cause is the inner exception.
/// </summary>
public sealed class EventApplyException(Guid eventId, string stage, Exception inner)
    : Exception($"Event {eventId} cannot be applied (stage {stage}).", inner)
{
    /// <summary>The event; the first one if the batch holds several.</summary>
    public Guid EventId { get; } = eventId;

    /// <summary><c>read</c> or <c>apply</c>.</summary>
    public string Stage { get; } = stage;
}
