using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Freshet.Ingress.Sources;

/// <summary>Unhealthy until the sources are known; degraded while one of them lacks a secret.</summary>
public sealed class SourceHealth(SourceCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check() => catalog switch
    {
        { IsLoaded: false } => HealthCheckResult.Unhealthy("The sources are not known yet: PostgreSQL (connection 'freshet') has not answered."),
        { Current.Faults: { Count: > 0 } faults } => HealthCheckResult.Degraded(string.Join(' ', faults)),
        _ => HealthCheckResult.Healthy(),
    };
}
