using System.Collections.Frozen;

namespace Freshet.Profiles.Batches;

/// <summary>What became of a batch that was appended.</summary>
public sealed record AppendResult
{
    /// <summary>The new batch; if every event was a duplicate, the batch that holds the first of the originals.</summary>
    public required Position Position { get; init; }

    /// <summary>How many events were new. Zero: nothing waits to be applied, do not announce the batch.</summary>
    public required int Accepted { get; init; }

    /// <summary>Ids of events that were known before; an event twice in the batch is accepted once and in here once.</summary>
    public required IReadOnlySet<Guid> Duplicates { get; init; }

    /// <summary>For each of <see cref="Duplicates"/>, where its original is.</summary>
    public required IReadOnlyDictionary<Guid, Position> Originals { get; init; }

    /// <summary>The position to answer a request that brought these events: its original's if it brought nothing new.</summary>
    public Position PositionOf(IReadOnlyList<Guid> eventIds)
    {
        foreach (var eventId in eventIds)
        {
            if (!Originals.TryGetValue(eventId, out var original) || original == Position)
            {
                return Position;
            }
        }

        return eventIds.Count > 0 ? Originals[eventIds[0]] : Position;
    }

    internal static AppendResult AllNew(Guid batchId, int accepted) => new()
    {
        Position = new Position(batchId),
        Accepted = accepted,
        Duplicates = FrozenSet<Guid>.Empty,
        Originals = FrozenDictionary<Guid, Position>.Empty,
    };
}
