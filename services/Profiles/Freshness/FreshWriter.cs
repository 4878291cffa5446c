using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>Puts a publication into Redis: documents, redirects, then the entries of the change stream, in one go.</summary>
public sealed class FreshWriter(
    IConnectionMultiplexer redis, RedisCircuits circuits, FreshProfiles fresh, ChangeStream changes, KeyRing keys, IOptions<FreshOptions> options)
{
    /// <summary>False: Redis is away, or was too slow to say that it has everything.</summary>
    internal async Task<bool> WriteAsync(Publication publication, CancellationToken ct)
    {
        using var activity = ProfilesMetrics.Activities.StartActivity("publish batch");
        var key = await keys.CurrentAsync(KeyPurpose.Cache, ct);
        var (answered, _) = await circuits.Writes.TryAsync(() => SendAsync(publication, key), options.Value.WriteBudget, ct);
        return answered;
    }

    // Documents first: who sees the change and asks finds the new document. Redis runs the commands of one connection in order.
    private async Task<bool> SendAsync(Publication publication, DataKey key)
    {
        var database = redis.GetDatabase();
        var sent = new List<Task>(publication.Changes.Count + 2);
        if (publication.Documents.Count + publication.Redirects.Count > 0)
        {
            sent.Add(fresh.StartWrite(database, publication.Documents, publication.Redirects, key));
        }

        sent.AddRange(changes.StartAppend(database, publication.BatchId, publication.Changes, key));
        await Task.WhenAll(sent);
        return true;
    }
}
