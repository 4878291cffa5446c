using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Ledger;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;

namespace Freshet.Profiles.Applying;

/// <summary>
/// Applies a batch to the profiles it concerns, in the caller's transaction. In: the id of an open batch. Out: every event of it has a place
/// (a profile, a dead letter, or a batch split off), the ledger says so, and the changes wait in <c>outgoing</c>. It never commits, and it
/// never decides anything about a profile: <see cref="ApplyEvents"/> does.
/// </summary>
public sealed class BatchApplication(
    KeyRing keys, BatchReading reading, WorkspaceFeed workspace, PendingPublications pending, TimeProvider time, ProfilesMetrics metrics)
{
    private readonly ProfileLoading loading = new(keys);

    /// <summary>
    /// Applies the batch once: a batch that is not open any more is left alone. The caller commits, then calls
    /// <c>BatchPublisher.PublishAsync</c>. On an exception roll back; <see cref="StoreErrors.IsConflict"/> says when to try again at once.
    /// </summary>
    /// <exception cref="EventApplyException">No event of the batch can be applied: retry later or park it.</exception>
    public async Task<ApplyBatchResult> ApplyAsync(ProfileSession session, Guid batchId, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        if (await BatchRows.LockAsync(session, batchId, ct) is not { } row)
        {
            return new ApplyBatchResult.Unknown();
        }

        if (!row.IsOpen)
        {
            return new ApplyBatchResult.AlreadyApplied();
        }

        var work = new BatchWork(row, await keys.CurrentAsync(KeyPurpose.Batch, ct), workspace.Current, time.GetUtcNow());
        work.Add(reading.Read(await reading.OpenAsync(row, ct), work));
        await ApplyAllAsync(session, work, ct);

        var publication = work.Publication(pending.Epoch);
        session.AfterCommit(() =>
        {
            pending.Keep(publication);
            metrics.BatchesApplied(time.GetElapsedTime(started), [work]);
        });
        return work.Result();
    }

    /// <summary>
    /// Gives a batch up: all its events become dead letters and its state <c>Parked</c>. The letters say as many attempts as the batch's row.
    /// Where the key of its payload was destroyed there are no bytes left for a letter: the ledger books its events as parked all the same, and
    /// the row's <c>failure</c> tells why. False: it was not open.
    /// </summary>
    public async Task<bool> ParkAsync(ProfileSession session, Guid batchId, ApplyFailure failure, CancellationToken ct)
    {
        if (await BatchRows.LockAsync(session, batchId, ct) is not { IsOpen: true } row)
        {
            return false;
        }

        var now = time.GetUtcNow();
        IReadOnlyList<RawEvent> events;
        try
        {
            events = await reading.OpenAsync(row, ct);
        }
        catch (SealingException sealing) when (sealing.IsErased)
        {
            await ParkErasedAsync(session, batchId, failure, now, ct);
            return true;
        }

        var key = await keys.CurrentAsync(KeyPurpose.Batch, ct);
        await using var batch = session.Batch();
        batch.BatchCommands.Add(DeadLetterRows.Park(
            batchId, [.. events.Select(raw => new ParkedEvent(raw, null, failure, Math.Max(1, row.Attempt)))], key, now));
        batch.BatchCommands.Add(LedgerRows.Book([new BookedEvents(batchId, Applied: [], Parked: events)]));
        batch.BatchCommands.Add(BatchRows.Close([new ClosedBatch(batchId, BatchState.Parked, null, null, failure.Code)], now));
        await batch.ExecuteNonQueryAsync(ct);
        session.AfterCommit(() => metrics.EventsParked(events.Count, failure.Stage));
        return true;
    }

    // There is nothing left that a dead letter could hold, but the events were acknowledged: the ledger and the batch's row account for them.
    private async Task ParkErasedAsync(ProfileSession session, Guid batchId, ApplyFailure failure, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = session.Batch();
        batch.BatchCommands.Add(LedgerRows.ParkUnread(batchId));
        batch.BatchCommands.Add(DeadLetterRows.ParkUnread(batchId, failure, now));
        batch.BatchCommands.Add(BatchRows.Close([new ClosedBatch(batchId, BatchState.Parked, null, null, failure.Code)], now));
        var parked = (int)(await batch.ExecuteScalarAsync(ct))!;
        session.AfterCommit(() => metrics.EventsParked(parked, failure.Stage));
    }

    // The usual way is one attempt that writes everything in one round trip. Only if an event is at fault is it looked for.
    private async Task ApplyAllAsync(ProfileSession session, BatchWork work, CancellationToken ct)
    {
        if (work.Readable.Count == 0)
        {
            work.ThrowIfNothingIsLeft();
            await WriteAsync(session, work, null, ct);
            return;
        }

        try
        {
            var part = await DecideAsync(session, work, work.Readable, ct);
            work.Take(part);
            work.ThrowIfNothingIsLeft();
            await WriteAsync(session, work, part, ct);
        }
        catch (Exception failure) when (ApplyFaults.IsOfAnEvent(failure))
        {
            work.Forget();
            await session.Transaction.RollbackAsync(ProfileLoading.Savepoint, ct);
            await BisectAsync(session, work, work.Readable, failure, ct);
            work.ThrowIfNothingIsLeft();
            await WriteAsync(session, work, null, ct);
        }
    }

    private async Task BisectAsync(ProfileSession session, BatchWork work, IReadOnlyList<ReadableEvent> events, Exception failure, CancellationToken ct)
    {
        if (events.Count == 1)
        {
            work.Fail(events[0].Raw, "apply", failure);
            return;
        }

        var half = events.Count / 2;
        foreach (var part in (IReadOnlyList<ReadableEvent>[])[[.. events.Take(half)], [.. events.Skip(half)]])
        {
            try
            {
                var decided = await DecideAsync(session, work, part, ct);
                await using var batch = session.Batch();
                decided.AddWrites(batch, work.Now);
                await batch.ExecuteNonQueryAsync(ct);
                work.Take(decided);
            }
            catch (Exception cause) when (ApplyFaults.IsOfAnEvent(cause))
            {
                await session.Transaction.RollbackAsync(ProfileLoading.Savepoint, ct);
                await BisectAsync(session, work, part, cause, ct);
            }
        }
    }

    private async Task<DecidedPart> DecideAsync(ProfileSession session, BatchWork work, IReadOnlyList<ReadableEvent> events, CancellationToken ct)
    {
        IReadOnlyList<CanonicalEvent> canonical = [.. events.Select(readable => readable.Event)];
        var loaded = await loading.LoadAsync(session, canonical, work.Now, ct);
        return DecidedPart.Of(events, loaded, work.Workspace, work.Now, keys, reading.Index);
    }

    private static async Task WriteAsync(ProfileSession session, BatchWork work, DecidedPart? part, CancellationToken ct)
    {
        await using var batch = session.Batch();
        part?.AddWrites(batch, work.Now);
        BatchWork.AddWrites(batch, [work], work.Now);
        await batch.ExecuteNonQueryAsync(ct);
    }
}
