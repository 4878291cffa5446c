using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Applying;

/// <summary>What a batch of events, or an operator's decision, comes to. Nothing of it has happened until it is stored.</summary>
public sealed record ApplyOutcome
{
    /// <summary>The states to write, each with its version grown by one; merged-away profiles are among them, marked by
    /// <see cref="ProfileState.MergedInto"/>. A profile of version 0 that got no identity is not: it need never exist.</summary>
    public required IReadOnlyList<ProfileState> States { get; init; }

    /// <summary>What readers see of <see cref="States"/>; merged-away ones have no document.</summary>
    public required IReadOnlyList<ProfileDocument> Documents { get; init; }

    /// <summary>Identity id to profile id, for every identity that now belongs to another profile than its owner was said to be.</summary>
    public required IReadOnlyDictionary<Guid, Guid> Moved { get; init; }

    /// <summary>Where each event went, in the order of the events.</summary>
    public required IReadOnlyList<EventPlacement> Placements { get; init; }

    /// <summary>Values that computed traits could not take, by event id. Null: none, as nearly always.</summary>
    public IReadOnlyDictionary<Guid, List<RejectedValue>>? Rejected { get; init; }

    /// <summary>What readers see differently, one per profile; the batch id is left empty for the caller to fill in.</summary>
    public required IReadOnlyList<ProfileChange> Changes { get; init; }
}

/// <param name="EventId">The event.</param>
/// <param name="SubjectId">Its subject: the strongest of its identities. Never changes.</param>
/// <param name="ProfileId">The profile that the subject belongs to now.</param>
public sealed record EventPlacement(Guid EventId, Guid SubjectId, Guid ProfileId);
