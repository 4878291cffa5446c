using Freshet.Processing.Batches;
using Freshet.Profiles.Storage;

namespace Freshet.Processing.Storage;

/// <summary>A transaction for one batch: here failures are told apart, split off, scheduled again or parked.</summary>
internal sealed class SoleTurn(ProfileSession session, BatchAttempt attempt) : BatchTurn
{
    public override Task<EventBatchState?> LockAsync(Guid batchId, CancellationToken ct) => EventBatchRows.LockAsync(session, batchId, ct);

    public override Task<BatchOutcome?> AttemptAsync(EventBatchState batch, int redeliveries, CancellationToken ct) =>
        attempt.RunAsync(session, batch, redeliveries, ct);

    public override Task SaveAsync(EventBatchState batch, CancellationToken ct) => EventBatchRows.SaveAsync(session, batch, ct);
}
