using Freshet.Profiles.Failpoints;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Storage;

namespace Freshet.Profiles.Batches;

/// <summary>Carries committed batches to the readers: fresh profiles and the change stream in Redis. Repeating it is harmless.</summary>
public sealed class BatchPublisher(FreshWriter writer, UnpublishedBatches unpublished, PendingPublications pending, ProfilesMetrics metrics, TimeProvider time)
{
    /// <inheritdoc cref="PublishAsync(IReadOnlyList{Guid}, CancellationToken)"/>
    public Task<bool> PublishAsync(Guid batchId, CancellationToken ct) => PublishAsync([batchId], ct);

    /// <summary>Publishes batches after their commit, as one. False: Redis is away, the changes wait for <see cref="PublishOverdueAsync"/>.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away; if the batches are in Redis already, the relay will only repeat them.</exception>
    public async Task<bool> PublishAsync(IReadOnlyList<Guid> batchIds, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var publications = await LoadAsync(batchIds, ct);
        if (publications.Count == 0)
        {
            return true;
        }

        var written = await writer.WriteAsync(publications, ct);
        if (written == FreshWrite.OfAnotherEpoch)
        {
            publications = await LoadAsync(batchIds, ct);
            written = await writer.WriteAsync(publications, ct);
        }

        if (written != FreshWrite.Taken)
        {
            return false;
        }

        Failpoint.Hit(Failpoint.BeforeMark);
        metrics.Published(time.GetElapsedTime(started));
        await unpublished.MarkAsync(publications.Select(publication => publication.BatchId), ct);
        return true;
    }

    /// <summary>Publishes batches that were applied longer ago than <paramref name="olderThan"/> and still wait, oldest first. Several hosts may do it at a time.</summary>
    /// <returns>How many were published; ends early if Redis is away.</returns>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<int> PublishOverdueAsync(TimeSpan olderThan, CancellationToken ct)
    {
        var published = 0;
        while (await writer.PrepareAsync(ct))
        {
            var (done, hasMore) = await unpublished.RelayAsync(time.GetUtcNow() - olderThan, PublishAsync, ct);
            published += done;
            if (!hasMore)
            {
                break;
            }
        }

        return published;
    }

    private async Task<List<Publication>> LoadAsync(IReadOnlyList<Guid> batchIds, CancellationToken ct)
    {
        var publications = new List<Publication>(batchIds.Count);
        foreach (var batchId in batchIds)
        {
            if ((pending.Take(batchId) ?? await unpublished.LoadAsync(batchId, ct)) is { } publication)
            {
                publications.Add(publication);
            }
        }

        return publications;
    }

    private async Task<bool> PublishAsync(Publication publication, DateTimeOffset appliedAt, CancellationToken ct)
    {
        var isWritten = await writer.WriteAsync([publication], ct) == FreshWrite.Taken;
        if (isWritten)
        {
            metrics.Published(time.GetUtcNow() - appliedAt);
        }

        return isWritten;
    }
}
