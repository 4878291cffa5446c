using Freshet.Processing.Batches;

namespace Freshet.Processing.Storage;

/// <summary>A message about a batch, waiting for a transaction to share.</summary>
/// <param name="batchId">The batch.</param>
/// <param name="events">How many events it holds.</param>
/// <param name="behave">Runs the message's behavior in a turn; gives the batch as the behavior left it, null if there is none.</param>
/// <param name="ct">Ends the handling of the message.</param>
internal sealed class WaitingBatch(Guid batchId, int events, Func<BatchTurn, Task<EventBatchState?>> behave, CancellationToken ct)
{
    private readonly TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The behavior runs where the transaction is led; its spans belong to its own message all the same.
    private readonly ExecutionContext? context = ExecutionContext.Capture();

    public Guid BatchId { get; } = batchId;

    public int Events { get; } = events;

    public CancellationToken CancellationToken { get; } = ct;

    /// <summary>True: committed and told. False: it has to be handled alone.</summary>
    public Task<bool> Done => done.Task;

    public async Task<EventBatchState?> BehaveAsync(JointTurn turn)
    {
        try
        {
            return await StartAsync(turn);
        }
        finally
        {
            turn.Leave(BatchId);
        }
    }

    public void End(bool isDone) => done.TrySetResult(isDone);

    public void Fail(Exception failure) => done.TrySetException(failure);

    private Task<EventBatchState?> StartAsync(JointTurn turn)
    {
        if (context is null)
        {
            return behave(turn);
        }

        Task<EventBatchState?>? started = null;
        ExecutionContext.Run(context, _ => started = behave(turn), null);
        return started!;
    }
}
