using Freshet.Profiles.Storage;

namespace Freshet.Profiles.Applying;

/// <summary>Applies a batch to the profiles it concerns, in the caller's transaction.</summary>
public sealed class BatchApplication
{
    /// <summary>
    /// Applies the batch once: a batch that is not open any more is left alone. The caller commits, then calls
    /// <c>BatchPublisher.PublishAsync</c>. On an exception roll back; see <see cref="EventApplyException"/> and
    /// <see cref="StoreErrors.IsConflict"/> for what to do next.
    /// </summary>
    /// <exception cref="EventApplyException">The batch holds a single event and that one cannot be applied: retry later or park it.</exception>
    public Task<ApplyBatchResult> ApplyAsync(ProfileSession session, Guid batchId, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Gives a batch up: all its events become dead letters and its state <c>Parked</c>. False: it was not open.</summary>
    public Task<bool> ParkAsync(ProfileSession session, Guid batchId, ApplyFailure failure, CancellationToken ct) => throw new NotSupportedException();
}
