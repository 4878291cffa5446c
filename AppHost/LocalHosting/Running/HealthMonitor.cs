using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>
/// Watches a running resource's health checks, publishes each change, and announces <see cref="ResourceReadyEvent"/> the
/// first time that all of them are healthy.
/// </summary>
internal sealed class HealthMonitor(
    HealthCheckService checks,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IDistributedApplicationEventing eventing,
    IServiceProvider services)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealthyPause = TimeSpan.FromSeconds(10);

    public async Task WatchAsync(IResource resource, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
        if (keys.Count == 0)
        {
            await PublishAsync(resource, HealthStatus.Healthy, []);
            await AnnounceAsync(resource, cancellationToken);
            return;
        }

        var announced = false;
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var report = await checks.CheckHealthAsync(registration => keys.Contains(registration.Name), cancellationToken);
            var reports = report.Entries.Select(e => new HealthReportSnapshot(
                e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.Message)).ToArray();
            await PublishAsync(resource, report.Entries.Count < keys.Count ? HealthStatus.Unhealthy : report.Status, reports);
            if (report.Status == HealthStatus.Healthy && !announced)
            {
                announced = true;
                await AnnounceAsync(resource, cancellationToken);
            }

            pause = report.Status == HealthStatus.Healthy ? HealthyPause : pause < LongestPause ? pause * 1.5 : LongestPause;
            await Task.Delay(pause, cancellationToken);
        }
    }

    private Task PublishAsync(IResource resource, HealthStatus status, HealthReportSnapshot[] reports) =>
        notifications.PublishUpdateAsync(resource, s => s.State?.Text == KnownResourceStates.Running
            ? s with { HealthStatus = status, HealthReports = [.. reports] }
            : s);

    /// <summary>Starts the ready handlers. They may take their time; who waits for the resource waits for them too.</summary>
    private async Task AnnounceAsync(IResource resource, CancellationToken cancellationToken)
    {
        var handlers = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
        await notifications.PublishUpdateAsync(resource, s => s with { ResourceReadyEvent = new EventSnapshot(handlers) });
        _ = WakeWaitersAsync(resource, handlers);
    }

    private async Task WakeWaitersAsync(IResource resource, Task handlers)
    {
        await handlers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (handlers.Exception?.InnerException is { } fault)
        {
            loggers.Write(resource.Name, $"a handler of its ready event failed: {fault.Message}", isError: true);
        }

        await notifications.PublishUpdateAsync(resource, s => s);
    }
}
