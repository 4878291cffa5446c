using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>What came of writing into Redis.</summary>
internal enum FreshWrite
{
    /// <summary>Redis has everything.</summary>
    Taken,

    /// <summary>Redis is away, or was too slow to say that it has everything.</summary>
    Away,

    /// <summary>Redis lost what it had since the documents were read, so they may be older than what was lost.</summary>
    OfAnotherEpoch,
}

/// <summary>Puts publications into Redis: documents and redirects, and once they are taken the entries of the change stream.</summary>
public sealed class FreshWriter(
    IConnectionMultiplexer redis, RedisCircuits circuits, FreshProfiles fresh, ChangeStream changes, FreshEpoch epoch, KeyRing keys, IOptions<FreshOptions> options)
{
    // Redis does nothing else while a script runs: a hundred documents keep a reader waiting well below a millisecond.
    private const int DocumentsAtATime = 100;

    /// <summary>Documents that are read from now on will be taken, unless Redis loses what it has meanwhile. False: Redis is away.</summary>
    internal async Task<bool> PrepareAsync(CancellationToken ct)
    {
        var (answered, _) = await circuits.Writes.TryAsync(
            async () =>
            {
                await epoch.LearnAsync(redis.GetDatabase());
                return true;
            },
            options.Value.WriteBudget,
            ct);
        return answered;
    }

    /// <summary>After <see cref="FreshWrite.OfAnotherEpoch"/> the new one is known: documents that are read from then on will be taken.</summary>
    internal async Task<FreshWrite> WriteAsync(IReadOnlyList<Publication> publications, CancellationToken ct)
    {
        using var activity = ProfilesMetrics.Activities.StartActivity("publish batches");
        var key = await keys.CurrentAsync(KeyPurpose.Cache, ct);
        var (answered, isTaken) = await circuits.Writes.TryAsync(() => SendAsync(publications, key), options.Value.WriteBudget, ct);
        return !answered ? FreshWrite.Away
            : isTaken ? FreshWrite.Taken
            : await PrepareAsync(ct) ? FreshWrite.OfAnotherEpoch
            : FreshWrite.Away;
    }

    // Documents first, and entries only once every document is taken: who sees a change and asks must not find a document from before it. In a Redis
    // that began another epoch a reader may already have put one there. A caller whose documents are refused reads them again and comes back.
    private async Task<bool> SendAsync(IReadOnlyList<Publication> publications, DataKey key)
    {
        var database = redis.GetDatabase();
        if (!Array.TrueForAll(await Task.WhenAll(StartDocuments(database, publications, key)), isTaken => isTaken))
        {
            return false;
        }

        await Task.WhenAll(publications.SelectMany(publication => changes.StartAppend(database, publication.BatchId, publication.Changes, key)));
        return true;
    }

    private List<Task<bool>> StartDocuments(IDatabaseAsync database, IReadOnlyList<Publication> publications, DataKey key)
    {
        var written = new List<Task<bool>>();
        foreach (var together in publications.GroupBy(publication => publication.Epoch))
        {
            foreach (var documents in together.SelectMany(publication => publication.Documents).DistinctBy(document => (document.Id, document.Version)).Chunk(DocumentsAtATime))
            {
                written.Add(fresh.StartWrite(database, documents, [], together.Key, key));
            }

            ProfileRedirect[] redirects = [.. together.SelectMany(publication => publication.Redirects).Distinct()];
            if (redirects.Length > 0)
            {
                written.Add(fresh.StartWrite(database, [], redirects, together.Key, key));
            }
        }

        return written;
    }
}
