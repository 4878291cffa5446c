namespace Freshet.Processing.Batches;

/// <summary>A batch's turn to be moved: the transaction that its message works in, alone or together with others.</summary>
public abstract class BatchTurn
{
    /// <summary>The batch's row, locked until the transaction ends. Null: there is no such batch.</summary>
    public abstract Task<EventBatchState?> LockAsync(Guid batchId, CancellationToken ct);

    /// <summary>Applies the batch and says what became of it; null: it had moved on already.</summary>
    public abstract Task<BatchOutcome?> AttemptAsync(EventBatchState batch, int redeliveries, CancellationToken ct);

    /// <summary>Writes what the machine moved.</summary>
    public abstract Task SaveAsync(EventBatchState batch, CancellationToken ct);
}
