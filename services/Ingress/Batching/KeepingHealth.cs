using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Freshet.Ingress.Batching;

/// <summary>
/// Whether an event that comes now would be durable somewhere. One server that is away degrades this host; only without both, or without a key to
/// seal with, it has to refuse.
/// </summary>
public sealed class KeepingHealth(StoreWatch store, IBusControl bus) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Decide(await store.AnswersAsync(cancellationToken), bus.CheckHealth().Status == BusHealthStatus.Healthy, store.CanSeal);

    /// <summary>Pure.</summary>
    /// <param name="hasStore">PostgreSQL answers.</param>
    /// <param name="hasBroker">RabbitMQ is connected.</param>
    /// <param name="canSeal">This host has a batch key.</param>
    public static HealthCheckResult Decide(bool hasStore, bool hasBroker, bool canSeal) => (hasStore, hasBroker, canSeal) switch
    {
        (true, true, _) => HealthCheckResult.Healthy(),
        (true, false, _) => HealthCheckResult.Degraded("RabbitMQ (connection 'rabbitmq') is away: events are stored, and announced when it is back."),
        (false, true, true) => HealthCheckResult.Degraded("PostgreSQL (connection 'freshet') is away: RabbitMQ keeps events until it is back."),
        (false, true, false) => HealthCheckResult.Unhealthy(
            "PostgreSQL (connection 'freshet') has not answered since this host started, so there is no key to seal events with: they are refused. Start PostgreSQL."),
        _ => HealthCheckResult.Unhealthy(
            "PostgreSQL (connection 'freshet') and RabbitMQ (connection 'rabbitmq') are away: events are refused. Start either."),
    };
}
