using Freshet.Processing.Batches;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Storage;

namespace Freshet.Processing.Storage;

/// <summary>
/// A transaction for several batches. Each message's behavior runs up to its attempt and waits there for the others; then all batches that
/// asked are applied at once, and every behavior goes on with its own outcome. The repository commits when the last one is through.
/// </summary>
internal sealed class JointTurn(ProfileSession session, LockedBatches locked, JointApplication application, int members) : BatchTurn
{
    private static readonly IReadOnlyDictionary<Guid, ApplyBatchResult> NoResults = new Dictionary<Guid, ApplyBatchResult>();

    private readonly TaskCompletionSource everybodyIsHere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IReadOnlyDictionary<Guid, ApplyBatchResult>> applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyDictionary<Guid, EventBatchState> states = EventBatchRows.Of(locked);
    private readonly HashSet<Guid> here = [];
    private readonly List<Guid> asking = [];
    private readonly Lock gate = new();

    /// <summary>Waits until every member has asked for its attempt or ended without one, then applies those that asked. What it throws, every
    /// waiting member throws as well: none of them is applied.</summary>
    public async Task ApplyAsync(CancellationToken ct)
    {
        try
        {
            await everybodyIsHere.Task.WaitAsync(ct);
            applied.SetResult(asking.Count == 0 ? NoResults : await application.ApplyAsync(session, locked, asking, ct));
        }
        catch (Exception failure)
        {
            applied.SetException(failure);
            throw;
        }
    }

    /// <summary>The behavior of that batch has ended.</summary>
    public void Leave(Guid batchId)
    {
        lock (gate)
        {
            Arrive(batchId);
        }
    }

    public override Task<EventBatchState?> LockAsync(Guid batchId, CancellationToken ct) => Task.FromResult(states.GetValueOrDefault(batchId));

    public override async Task<BatchOutcome?> AttemptAsync(EventBatchState batch, int redeliveries, CancellationToken ct)
    {
        using var span = ProcessingTracing.ProcessEventBatch(batch.CorrelationId, batch.EventCount);
        lock (gate)
        {
            asking.Add(batch.CorrelationId);
            Arrive(batch.CorrelationId);
        }

        var results = await applied.Task;
        return BatchOutcome.Of(results[batch.CorrelationId]);
    }

    // Whatever needs a row to be written by the machine is a failure, and failures are not handled here.
    public override Task SaveAsync(EventBatchState batch, CancellationToken ct) => Task.CompletedTask;

    private void Arrive(Guid batchId)
    {
        if (here.Add(batchId) && here.Count == members)
        {
            everybodyIsHere.SetResult();
        }
    }
}
