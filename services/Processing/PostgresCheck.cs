using Freshet.Processing.Failing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Freshet.Processing;

/// <summary>Whether PostgreSQL answers. The bus has a check of its own; Redis does not decide whether batches are applied.</summary>
internal sealed class PostgresCheck(NpgsqlDataSource dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = dataSource.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (Failures.IsTransient(failure))
        {
            return HealthCheckResult.Unhealthy("PostgreSQL (connection 'freshet') does not answer; batches wait for it.");
        }
    }
}
