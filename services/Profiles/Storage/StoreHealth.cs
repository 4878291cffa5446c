using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Freshet.Profiles.Storage;

/// <summary>Whether PostgreSQL answers. What a host is without it is the host's to say: the failure status of the registration, unhealthy if left open.</summary>
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
            return new HealthCheckResult(context.Registration.FailureStatus, "PostgreSQL (connection 'freshet') does not answer.", failure);
        }
    }
}
