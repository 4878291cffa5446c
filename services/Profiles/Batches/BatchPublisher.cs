namespace Freshet.Profiles.Batches;

/// <summary>Carries a committed batch to the readers: fresh profiles and the change stream in Redis. Repeating it is harmless.</summary>
public sealed class BatchPublisher
{
    /// <summary>Publishes one batch after its commit. False: Redis is away, the changes wait for <see cref="PublishOverdueAsync"/>.</summary>
    public Task<bool> PublishAsync(Guid batchId, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Publishes batches that were applied longer ago than <paramref name="olderThan"/> and still wait. Several hosts may do it at a time.</summary>
    /// <returns>How many were published.</returns>
    public Task<int> PublishOverdueAsync(TimeSpan olderThan, CancellationToken ct) => throw new NotSupportedException();
}
