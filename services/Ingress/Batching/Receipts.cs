using Freshet.Profiles.Batches;

namespace Freshet.Ingress.Batching;

/// <summary>Tells each request what became of its own part of a batch. Pure.</summary>
public static class Receipts
{
    /// <summary>One receipt per submission, in their order.</summary>
    /// <param name="result">What became of the batch.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="submissions">The requests that make it up.</param>
    public static Receipt[] Of(KeepResult result, EventBatch batch, IReadOnlyList<Submission> submissions) => result switch
    {
        KeepResult.Stored stored => Share(stored.Result, batch, submissions),
        KeepResult.Spilled => [.. submissions.Select(part => new Receipt.Durable(part.Events.Count, 0, new Position(batch.BatchId)))],
        KeepResult.Lost lost => [.. submissions.Select(_ => Unavailable(lost.RetryAfter))],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Receipt.Refused Unavailable(TimeSpan retryAfter) =>
        new("store.unavailable", "Nothing that could keep the events answers at the moment. Send them again later.", retryAfter);

    private static Receipt[] Share(AppendResult result, EventBatch batch, IReadOnlyList<Submission> submissions)
    {
        var receipts = new Receipt[submissions.Count];
        var seen = result.Duplicates.Count == 0 ? null : new HashSet<Guid>();
        for (var i = 0; i < receipts.Length; i++)
        {
            var ids = submissions[i].Events;
            var duplicates = seen is null ? 0 : ids.Count(raw => IsDuplicate(raw.EventId, result, batch.BatchId, seen));
            var position = duplicates == 0 ? result.Position : result.PositionOf([.. ids.Select(raw => raw.EventId)]);
            receipts[i] = new Receipt.Durable(ids.Count - duplicates, duplicates, position);
        }

        return receipts;
    }

    // An id whose original is this very batch came twice in it: the first is new, the others are not.
    private static bool IsDuplicate(Guid eventId, AppendResult result, Guid batchId, HashSet<Guid> seen) =>
        result.Originals.TryGetValue(eventId, out var original) && (original.BatchId != batchId || !seen.Add(eventId));
}
