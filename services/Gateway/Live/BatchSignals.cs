using System.Collections.Concurrent;

namespace Freshet.Gateway.Live;

/// <summary>Wakes who waits for a batch as soon as the change stream names it. A missed signal costs time only: the waiter also polls.</summary>
public sealed class BatchSignals
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> waiting = new();

    /// <summary>Completes when the batch is announced. Dispose the wait afterwards.</summary>
    public Wait For(Guid batchId) =>
        new(this, batchId, waiting.GetOrAdd(batchId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));

    public void Announce(Guid batchId)
    {
        if (waiting.TryRemove(batchId, out var waiter))
        {
            waiter.TrySetResult();
        }
    }

    /// <summary>One waiter. Several waiters of a batch share the signal; the first that leaves takes it down, the others poll.</summary>
    public sealed class Wait(BatchSignals signals, Guid batchId, TaskCompletionSource signal) : IDisposable
    {
        public Task Announced => signal.Task;

        public void Dispose() => signals.waiting.TryRemove(KeyValuePair.Create(batchId, signal));
    }
}
