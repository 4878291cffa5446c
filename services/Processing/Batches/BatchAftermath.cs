using Freshet.Processing.Bus;
using Freshet.Processing.Failing;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Failpoints;

namespace Freshet.Processing.Batches;

/// <summary>
/// What is told after a batch's transaction has committed: readers get the new values, split-off batches are announced, the outcome is
/// counted and recorded. All of it may be lost in a crash, or fail, without harm: the relay finds in the tables what was not told.
/// </summary>
public sealed partial class BatchAftermath(
    BatchPublisher publisher,
    BatchAnnouncer announcer,
    ProcessingMetrics metrics,
    TimeProvider time,
    ILogger<BatchAftermath> logger)
{
    /// <summary>Tells of batches that were committed together.</summary>
    public async Task RunAsync(IReadOnlyList<EventBatchState> batches, CancellationToken ct)
    {
        Failpoint.Hit(Failpoint.BeforePublish);
        var changed = new List<Guid>(batches.Count);
        foreach (var batch in batches)
        {
            if (batch.Outcome is BatchOutcome.Applied or BatchOutcome.Split)
            {
                changed.Add(batch.CorrelationId);
            }

            Record(batch);
        }

        // Readers wait for this; the rest can follow.
        await PublishAsync(changed, ct);
        foreach (var split in batches.Select(batch => batch.Outcome).OfType<BatchOutcome.Split>())
        {
            await AnnounceAsync(split.SplitOff, ct);
        }
    }

    private void Record(EventBatchState batch)
    {
        switch (batch.Outcome)
        {
            case BatchOutcome.Applied applied:
                Count(batch, applied.Events, applied.ParkedEvents);
                Log.Applied(logger, batch.CorrelationId, applied.Events, applied.ParkedEvents, applied.Profiles);
                break;
            case BatchOutcome.Split split:
                Count(batch, split.Events, parked: 0);
                Log.Split(logger, batch.CorrelationId, split.Events, split.SplitOff.Count);
                break;
            case BatchOutcome.WaitingForRetry waiting:
                metrics.AttemptFailed(waiting.Kind.ToString());
                RecordFailure(batch, waiting);
                break;
            case BatchOutcome.Parked parked:
                metrics.AttemptFailed(parked.Kind.ToString());
                metrics.DeadLettered(parked.Events, "apply");
                RecordParked(batch, parked);
                break;
        }

        metrics.BatchMoved(batch.Outcome?.Name ?? "ignored");
    }

    private void Count(EventBatchState batch, int applied, int parked)
    {
        metrics.EventsApplied(applied, time.GetUtcNow() - batch.ReceivedAt);
        if (parked > 0)
        {
            metrics.DeadLettered(parked, "read");
        }
    }

    private async Task PublishAsync(List<Guid> batchIds, CancellationToken ct)
    {
        if (batchIds.Count == 0)
        {
            return;
        }

        try
        {
            await publisher.PublishAsync(batchIds, ct);
        }
        catch (Exception failure) when (Failures.IsTransient(failure))
        {
            Log.LeftToRelay(logger, batchIds[0], batchIds.Count, "publishing", Failures.CodeOf(failure));
        }
    }

    private async Task AnnounceAsync(IReadOnlyList<Guid> batchIds, CancellationToken ct)
    {
        foreach (var batchId in batchIds)
        {
            try
            {
                // Each holds the one event that was split off.
                await announcer.ReceivedAsync(batchId, events: 1, ct);
            }
            catch (Exception failure) when (Failures.IsTransient(failure))
            {
                Log.LeftToRelay(logger, batchId, 1, "announcing", Failures.CodeOf(failure));
            }
        }
    }

    // A defect is for a human to look at, with its stack; a poison event explains itself by its code.
    private void RecordFailure(EventBatchState batch, BatchOutcome.WaitingForRetry waiting)
    {
        if (waiting.Kind is FailureKind.Defect && batch.Attempt == 1)
        {
            Log.Defect(logger, batch.CorrelationId, batch.Failure, Fingerprint.Of("apply", batch.Cause!), Failures.TraceOf(batch.Cause!));
        }

        Log.WaitingForRetry(logger, batch.CorrelationId, batch.EventCount, batch.Attempt, waiting.Kind, batch.Failure, waiting.RetryAt);
    }

    private void RecordParked(EventBatchState batch, BatchOutcome.Parked parked) =>
        Log.Parked(logger, batch.CorrelationId, parked.Events, batch.Attempt, parked.Kind, batch.Failure, Fingerprint.Of("apply", batch.Cause!));

    private static partial class Log
    {
        // Debug: at thousands of batches per second a line each would cost more than applying them. The counters tell the rest.
        [LoggerMessage(1, LogLevel.Debug, "Applied batch {BatchId}: {Events} events, {Parked} parked, {Profiles} profiles", EventName = "batch.applied")]
        public static partial void Applied(ILogger logger, Guid batchId, int events, int parked, int profiles);

        [LoggerMessage(2, LogLevel.Information, "Split batch {BatchId}: {Events} events applied, {SplitOff} continue in batches of their own",
            EventName = "batch.split")]
        public static partial void Split(ILogger logger, Guid batchId, int events, int splitOff);

        [LoggerMessage(3, LogLevel.Information,
            "Batch {BatchId} of {Events} events failed attempt {Attempt} ({Kind}, {Code}) and is tried again at {RetryAt:O}", EventName = "batch.failed")]
        public static partial void WaitingForRetry(
            ILogger logger, Guid batchId, int events, int attempt, FailureKind kind, string? code, DateTimeOffset retryAt);

        [LoggerMessage(4, LogLevel.Warning,
            "Parked batch {BatchId}: {Events} events are dead letters after {Attempt} attempts ({Kind}, {Code}, cause {Fingerprint})",
            EventName = "batch.parked")]
        public static partial void Parked(
            ILogger logger, Guid batchId, int events, int attempt, FailureKind kind, string? code, string fingerprint);

        [LoggerMessage(5, LogLevel.Error, "Applying batch {BatchId} failed by a mistake of ours ({Code}, cause {Fingerprint}): {Trace}",
            EventName = "batch.defect")]
        public static partial void Defect(ILogger logger, Guid batchId, string? code, string fingerprint, string trace);

        [LoggerMessage(6, LogLevel.Warning, "Left {What} of {Batches} batches, the first {BatchId}, to the relay ({Code})", EventName = "batch.left_to_relay")]
        public static partial void LeftToRelay(ILogger logger, Guid batchId, int batches, string what, string code);
    }
}
