using Freshet.Profiles.Ledger;

namespace Freshet.Profiles.Batches;

/// <summary>A batch as the columns of one statement: each event id once, in id order, and the ledger's counters per source and hour.</summary>
internal sealed record AppendRows
{
    /// <summary>In id order: two batches that share events then wait for each other and never deadlock.</summary>
    internal required Guid[] EventIds { get; init; }

    internal required int[] Ordinals { get; init; }

    /// <summary>Index into the ledger's columns, per ordinal.</summary>
    internal required int[] Slots { get; init; }

    internal required DateTimeOffset[] ReceivedAt { get; init; }

    internal required string[] Sources { get; init; }

    internal required DateTimeOffset[] Hours { get; init; }

    /// <summary>Everything that arrived, filtered and repeated events included.</summary>
    internal required int[] Received { get; init; }

    internal required int[] Filtered { get; init; }

    /// <summary>Ids that the batch holds more than once.</summary>
    internal required IReadOnlySet<Guid> RepeatedIds { get; init; }

    internal static AppendRows Of(EventBatch batch)
    {
        var slots = new LedgerSlots();
        var first = new Dictionary<Guid, int>(batch.Events.Count);
        var repeated = new HashSet<Guid>();
        var slotOf = new int[batch.Events.Count];
        for (var ordinal = 0; ordinal < batch.Events.Count; ordinal++)
        {
            var raw = batch.Events[ordinal];
            slotOf[ordinal] = slots.Received(raw.SourceId, raw.ReceivedAt, 1);
            if (!first.TryAdd(raw.EventId, ordinal))
            {
                repeated.Add(raw.EventId);
            }
        }

        foreach (var filtered in batch.Filtered)
        {
            slots.Filtered(filtered.SourceId, filtered.Hour, filtered.Count);
        }

        var ids = first.Keys.ToArray();
        Array.Sort(ids);
        var ordinals = Array.ConvertAll(ids, id => first[id]);
        return new AppendRows
        {
            EventIds = ids,
            Ordinals = ordinals,
            Slots = slotOf,
            ReceivedAt = Array.ConvertAll(ordinals, ordinal => batch.Events[ordinal].ReceivedAt.ToUniversalTime()),
            Sources = [.. slots.Keys.Select(key => key.Source)],
            Hours = [.. slots.Keys.Select(key => key.Hour)],
            Received = [.. slots.ReceivedCounts],
            Filtered = [.. slots.FilteredCounts],
            RepeatedIds = repeated,
        };
    }

    private sealed class LedgerSlots
    {
        private readonly Dictionary<(string Source, DateTimeOffset Hour), int> index = [];

        internal List<(string Source, DateTimeOffset Hour)> Keys { get; } = [];

        internal List<int> ReceivedCounts { get; } = [];

        internal List<int> FilteredCounts { get; } = [];

        /// <summary>The slot that it is booked in.</summary>
        internal int Received(string source, DateTimeOffset at, int count)
        {
            var slot = Of(source, at);
            ReceivedCounts[slot] += count;
            return slot;
        }

        internal void Filtered(string source, DateTimeOffset at, int count) => FilteredCounts[Received(source, at, count)] += count;

        private int Of(string source, DateTimeOffset at)
        {
            var key = (source, LedgerHours.Of(at));
            if (!index.TryGetValue(key, out var slot))
            {
                slot = Keys.Count;
                index.Add(key, slot);
                Keys.Add(key);
                ReceivedCounts.Add(0);
                FilteredCounts.Add(0);
            }

            return slot;
        }
    }
}
