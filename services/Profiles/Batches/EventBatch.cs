using Freshet.Profiles.Events;

namespace Freshet.Profiles.Batches;

/// <summary>Events that one commit makes durable.</summary>
public sealed record EventBatch
{
    /// <summary>A UUIDv7: later batches sort after earlier ones, and a range of ids is a range of time.</summary>
    public required Guid BatchId { get; init; }

    public required IReadOnlyList<RawEvent> Events { get; init; }

    /// <summary>Events that the source's settings left out before they came here; only the ledger knows them.</summary>
    public IReadOnlyList<FilteredCount> Filtered { get; init; } = [];
}

/// <summary>How many events a source's filter left out.</summary>
/// <param name="SourceId">Whose.</param>
/// <param name="Hour">Any instant of the hour in which they were received.</param>
/// <param name="Count">At least one.</param>
public sealed record FilteredCount(string SourceId, DateTimeOffset Hour, int Count);

/// <summary>An encoded batch, sealed under a batch key for its row in <c>event_batches</c>. May travel through the broker.</summary>
public sealed record SealedEventBatch(Guid BatchId, Guid KeyId, byte[] Payload);
