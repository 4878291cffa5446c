using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;

namespace Freshet.Profiles.Applying;

/// <summary>
/// Applies several batches as one decision and one write, in the caller's transaction: what a profile costs to lock, open, seal and write is
/// paid once for all of them. It only knows the usual way. If anything goes wrong, the caller rolls back and applies each batch for itself
/// with <see cref="BatchApplication"/>, which finds the event at fault.
/// </summary>
public sealed class JointApplication(
    KeyRing keys, BatchReading reading, WorkspaceFeed workspace, PendingPublications pending, TimeProvider time, ProfilesMetrics metrics)
{
    private readonly ProfileLoading loading = new(keys);

    /// <summary>What became of each batch: applied, not open any more, or unknown. The caller commits, then calls <c>BatchPublisher.PublishAsync</c>.</summary>
    /// <param name="session">The one that locked them.</param>
    /// <param name="locked">The batches asked for, and perhaps others, which are left alone.</param>
    /// <param name="batchIds">Which to apply.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="EventApplyException">An event of some batch cannot be applied.</exception>
    public async Task<IReadOnlyDictionary<Guid, ApplyBatchResult>> ApplyAsync(
        ProfileSession session, LockedBatches locked, IReadOnlyCollection<Guid> batchIds, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var rows = locked.RowsOf(batchIds);

        // One dictionary and one present for all of them: a workspace that changes meanwhile waits for the next transaction.
        var (known, now) = (workspace.Current, time.GetUtcNow());
        var works = new List<BatchWork>(rows.Count);
        foreach (var row in rows.Where(row => row.IsOpen))
        {
            works.Add(await ReadAsync(row, known, now, ct));
        }

        if (works.Count > 0)
        {
            await WriteAsync(session, works, ct);
        }

        var publications = works.ConvertAll(work => work.Publication(pending.Epoch));
        session.AfterCommit(() =>
        {
            publications.ForEach(pending.Keep);
            metrics.BatchesApplied(time.GetElapsedTime(started), works);
        });
        return ResultsOf(batchIds, rows, works);
    }

    private static Dictionary<Guid, ApplyBatchResult> ResultsOf(IEnumerable<Guid> batchIds, IEnumerable<BatchRow> rows, IEnumerable<BatchWork> works)
    {
        var results = batchIds.ToDictionary(id => id, ApplyBatchResult (_) => new ApplyBatchResult.Unknown());
        foreach (var row in rows)
        {
            results[row.BatchId] = new ApplyBatchResult.AlreadyApplied();
        }

        foreach (var work in works)
        {
            results[work.Row.BatchId] = work.Result();
        }

        return results;
    }

    private async Task<BatchWork> ReadAsync(BatchRow row, Workspace known, DateTimeOffset now, CancellationToken ct)
    {
        var work = new BatchWork(row, await keys.CurrentAsync(KeyPurpose.Batch, ct), known, now);
        work.Add(reading.Read(await reading.OpenAsync(row, ct), work));
        work.ThrowIfAnyFailed();
        return work;
    }

    private async Task WriteAsync(ProfileSession session, List<BatchWork> works, CancellationToken ct)
    {
        var now = works[^1].Now;
        await using var batch = session.Batch();
        IReadOnlyList<ReadableEvent> events = [.. works.SelectMany(work => work.Readable)];
        if (events.Count > 0)
        {
            var loaded = await loading.LoadAsync(session, [.. events.Select(readable => readable.Event)], now, ct);
            var decided = DecidedPart.Of(events, loaded, works[^1].Workspace, now, keys, reading.Index);
            works.ForEach(work => work.Take(decided));
            decided.AddWrites(batch, now);
        }

        BatchWork.AddWrites(batch, works, now);
        await batch.ExecuteNonQueryAsync(ct);
    }
}
