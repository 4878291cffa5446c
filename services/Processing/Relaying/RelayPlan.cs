using System.Collections.Immutable;

namespace Freshet.Processing.Relaying;

/// <summary>A batch that is still Received.</summary>
public readonly record struct OpenBatch(Guid BatchId, bool IsReplay, DateTimeOffset ReceivedAt, int Events);

/// <summary>When a batch may be announced again, and how long to wait after that.</summary>
public readonly record struct Announced(DateTimeOffset Next, TimeSpan Pause);

/// <summary>
/// Which batches to announce again. Pure. What was announced is remembered, so that a batch that waits in a long queue is announced
/// with growing pauses; a batch that is no longer open is forgotten.
/// </summary>
public sealed record RelayPlan(IReadOnlyList<OpenBatch> Announce, ImmutableDictionary<Guid, Announced> Remembered)
{
    public static RelayPlan Nothing { get; } = new([], []);

    /// <param name="open">Every batch that is Received, up to the limit.</param>
    /// <param name="remembered">What the last plan remembered.</param>
    /// <param name="now">The present.</param>
    /// <param name="options">Ages and pauses.</param>
    public static RelayPlan Decide(
        IReadOnlyCollection<OpenBatch> open, ImmutableDictionary<Guid, Announced> remembered, DateTimeOffset now, RelayOptions options)
    {
        var announce = new List<OpenBatch>();
        var next = ImmutableDictionary.CreateBuilder<Guid, Announced>();
        foreach (var batch in open)
        {
            var known = remembered.GetValueOrDefault(batch.BatchId, FirstTime(batch, options));
            var isDue = now >= known.Next;
            if (isDue)
            {
                announce.Add(batch);
            }

            next[batch.BatchId] = isDue ? Again(known, now, options) : known;
        }

        return new RelayPlan(announce, next.ToImmutable());
    }

    private static Announced FirstTime(OpenBatch batch, RelayOptions options) => new(
        batch.IsReplay ? DateTimeOffset.MinValue : batch.ReceivedAt + options.AnnounceAfter,
        options.AnnounceAfter);

    private static Announced Again(Announced known, DateTimeOffset now, RelayOptions options)
    {
        var pause = known.Pause * 2;
        return new Announced(now + known.Pause, pause < options.LongestPause ? pause : options.LongestPause);
    }
}
