using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>Puts publications into Redis: documents, redirects, then the entries of the change stream, in one go.</summary>
public sealed class FreshWriter(
    IConnectionMultiplexer redis, RedisCircuits circuits, FreshProfiles fresh, ChangeStream changes, KeyRing keys, IOptions<FreshOptions> options)
{
    // Redis does nothing else while a script runs: a hundred documents keep a reader waiting well below a millisecond.
    private const int DocumentsAtATime = 100;

    /// <summary>False: Redis is away, or was too slow to say that it has everything.</summary>
    internal async Task<bool> WriteAsync(IReadOnlyList<Publication> publications, CancellationToken ct)
    {
        using var activity = ProfilesMetrics.Activities.StartActivity("publish batches");
        var key = await keys.CurrentAsync(KeyPurpose.Cache, ct);
        var (answered, _) = await circuits.Writes.TryAsync(() => SendAsync(publications, key), options.Value.WriteBudget, ct);
        return answered;
    }

    // Documents first: who sees the change and asks finds the new document. Redis runs the commands of one connection in order.
    private async Task<bool> SendAsync(IReadOnlyList<Publication> publications, DataKey key)
    {
        var database = redis.GetDatabase();
        var sent = new List<Task>();
        foreach (var documents in publications.SelectMany(publication => publication.Documents).DistinctBy(document => (document.Id, document.Version)).Chunk(DocumentsAtATime))
        {
            sent.Add(fresh.StartWrite(database, documents, [], key));
        }

        ProfileRedirect[] redirects = [.. publications.SelectMany(publication => publication.Redirects).Distinct()];
        if (redirects.Length > 0)
        {
            sent.Add(fresh.StartWrite(database, [], redirects, key));
        }

        foreach (var publication in publications)
        {
            sent.AddRange(changes.StartAppend(database, publication.BatchId, publication.Changes, key));
        }

        await Task.WhenAll(sent);
        return true;
    }
}
