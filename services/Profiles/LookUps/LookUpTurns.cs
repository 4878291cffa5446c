using Freshet.Profiles.Freshness;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.LookUps;

/// <summary>Sees that a profile is asked for once in a while only, on all hosts together: a mark in Redis that ends by itself. Without Redis it lets
/// everybody ask.</summary>
public sealed class LookUpTurns(IConnectionMultiplexer redis, RedisCircuits circuits, IOptions<FreshOptions> options)
{
    private readonly IDatabase database = redis.GetDatabase();

    /// <summary>True: it is the caller's turn, and nobody else's for <paramref name="interval"/>.</summary>
    public async ValueTask<bool> TakeAsync(string sourceId, Guid profileId, TimeSpan interval, CancellationToken ct)
    {
        var (answered, isTaken) = await circuits.Reads.TryAsync(
            () => database.StringSetAsync(FreshKeys.LookUp(sourceId, profileId), "", interval, When.NotExists), options.Value.ReadBudget, ct);
        return !answered || isTaken;
    }

    /// <summary>Gives a turn back in which nobody was asked.</summary>
    public async ValueTask ReturnAsync(string sourceId, Guid profileId, CancellationToken ct) =>
        await circuits.Reads.TryAsync(() => database.KeyDeleteAsync(FreshKeys.LookUp(sourceId, profileId)), options.Value.ReadBudget, ct);
}
