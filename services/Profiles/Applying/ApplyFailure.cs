namespace Freshet.Profiles.Applying;

/// <summary>Why events could not be applied, without any of their values.</summary>
/// <param name="Stage"><c>read</c>, <c>map</c>, <c>apply</c> or <c>bus</c>.</param>
/// <param name="Code">Stable, dotted: <c>apply.failed</c>.</param>
/// <param name="Reason">A sentence that tells the cure.</param>
/// <param name="Fingerprint">Equal for equal causes.</param>
public sealed record ApplyFailure(string Stage, string Code, string Reason, string Fingerprint);

/// <summary>One event cannot be applied, now or ever; its neighbors are not concerned.</summary>
public sealed class EventApplyException(Guid eventId, ApplyFailure failure, Exception inner) : Exception(failure.Reason, inner)
{
    public Guid EventId { get; } = eventId;

    /// <summary>What a dead letter would say.</summary>
    public ApplyFailure Failure { get; } = failure;
}
