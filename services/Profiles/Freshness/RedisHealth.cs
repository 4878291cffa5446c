using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>Whether Redis answers. Without it everything works, more slowly: degraded, never unready.</summary>
internal sealed class RedisHealth(IConnectionMultiplexer redis) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await redis.GetDatabase().PingAsync().WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            return HealthCheckResult.Degraded("Redis (connection 'redis') does not answer: profiles come from PostgreSQL.", failure);
        }
    }
}
