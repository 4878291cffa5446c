using System.Diagnostics;
using Freshet.Processing.Failing;
using Freshet.Processing.Retrying;
using Freshet.Processing.Storage;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Batches;

/// <summary>
/// One attempt to apply a locked batch. What fails because a server is away is thrown on, for the bus to hold the message back; what
/// fails because of the batch is undone to the savepoint, and in the same transaction the batch is scheduled again or parked.
/// </summary>
public sealed class BatchAttempt(BatchApplication application, IOptions<RetryOptions> options, TimeProvider time)
{
    /// <summary>Another transaction may be in the way a few times over; if it still is, it is no coincidence but our mistake.</summary>
    private const int MaxConflicts = 10;

    /// <summary>Applies the batch and says what became of it. The caller moves the state, saves the row and commits.</summary>
    public async Task<BatchOutcome?> RunAsync(ProfileSession session, EventBatchState batch, int redeliveries, CancellationToken ct)
    {
        using var span = ProcessingTracing.ProcessEventBatch(batch.CorrelationId, batch.EventCount);
        if (batch.Failure == Redeliveries.ProcessEnded && batch.Attempt >= options.Value.MaxAttempts)
        {
            return await ParkAsync(session, batch, FailureKind.Poison, batch.Attempt, new ProcessEndedException(), ct);
        }

        try
        {
            return BatchOutcome.Of(await application.ApplyAsync(session, batch.CorrelationId, ct));
        }
        catch (Exception failure) when (IsOfTheBatch(failure, redeliveries))
        {
            span?.SetStatus(ActivityStatusCode.Error, Failures.CodeOf(failure));
            await EventBatchRows.UndoAttemptAsync(session, ct);
            return await FailAsync(session, batch, failure, ct);
        }
    }

    private static bool IsOfTheBatch(Exception failure, int redeliveries) =>
        !Failures.IsTransient(failure) || (StoreErrors.IsConflict(failure) && redeliveries >= MaxConflicts);

    private async Task<BatchOutcome> FailAsync(ProfileSession session, EventBatchState batch, Exception failure, CancellationToken ct)
    {
        var kind = Failures.IsTransient(failure) ? FailureKind.Defect : Failures.Classify(failure);
        batch.Cause = failure;
        return RetryPolicy.Decide(kind, batch.Attempt, batch.CorrelationId, options.Value) switch
        {
            RetryDecision.RetryAt(var delay, var attempt) => Schedule(batch, kind, attempt, delay, failure),
            RetryDecision.GiveUp(var attempt) => await ParkAsync(session, batch, kind, attempt, failure, ct),
            var decision => throw new UnreachableException($"{decision} is no retry decision."),
        };
    }

    private BatchOutcome.WaitingForRetry Schedule(EventBatchState batch, FailureKind kind, int attempt, TimeSpan delay, Exception failure)
    {
        batch.Attempt = attempt;
        batch.RetryAt = time.GetUtcNow() + delay;
        batch.Failure = ReasonOf(failure).Code;
        return new BatchOutcome.WaitingForRetry(kind, batch.RetryAt.Value);
    }

    private async Task<BatchOutcome> ParkAsync(
        ProfileSession session, EventBatchState batch, FailureKind kind, int attempt, Exception failure, CancellationToken ct)
    {
        batch.Attempt = attempt;
        batch.RetryAt = null;
        batch.Cause = failure;
        batch.Failure = ReasonOf(failure).Code;
        await EventBatchRows.SaveAttemptAsync(session, batch, ct);
        await application.ParkAsync(session, batch.CorrelationId, ReasonOf(failure), ct);
        return new BatchOutcome.Parked(kind, batch.EventCount);
    }

    private static ApplyFailure ReasonOf(Exception failure) => failure switch
    {
        ProcessEndedException => new ApplyFailure(
            "apply",
            Redeliveries.ProcessEnded,
            "Every process that tried to apply the batch ended. Look for how it ended (memory, stack, kill), mend the cause, then replay the dead letters.",
            Fingerprint.Of("apply", failure)),
        SealingException { IsErased: true } => new ApplyFailure(
            "apply",
            Failures.KeyDestroyed,
            "The key that sealed the events was destroyed: they are erased, and nothing can bring them back. Nothing needs to be done.",
            Fingerprint.Of("apply", failure)),
        EventApplyException apply => ReasonOf(apply.Stage, failure),
        _ => ReasonOf("apply", failure),
    };

    private static ApplyFailure ReasonOf(string stage, Exception failure) => new(
        stage,
        Failures.CodeOf(failure),
        "Applying the event failed again and again. Look for its fingerprint in the log, mend the cause, then replay the dead letters that have it.",
        Fingerprint.Of(stage, failure));

    /// <summary>What stands for the exception of an attempt that ended its process. See <see cref="Redeliveries"/>.</summary>
    private sealed class ProcessEndedException() : Exception("Every process that tried to apply the batch ended.");
}
