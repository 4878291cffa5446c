using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Freshet.Profiles.Storage;

/// <summary>Whether PostgreSQL answers. Without it a host is not ready; what it can do without, it still does.</summary>
internal sealed class StoreHealth(NpgsqlDataSource dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = dataSource.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (StoreErrors.IsUnavailable(failure))
        {
            return HealthCheckResult.Unhealthy("PostgreSQL (connection 'freshet') does not answer.", failure);
        }
    }
}
