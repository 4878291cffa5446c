using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>
/// Starts everything that the model describes, each resource as soon as what it waits for is there, and ends it again:
/// first what uses servers, then the servers.
/// </summary>
internal sealed class Orchestrator(
    DistributedApplicationModel model,
    RunServices run,
    DataDirectory data,
    EndpointAllocator endpoints,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    IHostApplicationLifetime lifetime) : IHostedService, IAsyncDisposable
{
    private readonly List<ResourceRun> _runs = [];
    private readonly CancellationTokenSource _stopping = new();
    private bool _stopWhenSomethingCannotStart;
    private Task _watch = Task.CompletedTask;

    /// <summary>In <c>Run()</c>, a resource that cannot start ends the application with exit code 1.</summary>
    public void StopWhenSomethingCannotStart() => _stopWhenSomethingCannotStart = true;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("LocalHosting runs on Linux and macOS. On Windows, use WSL.");
        }

        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
        data.Open();
        endpoints.Allocate(model);
        foreach (var resource in model.Resources.ToList())
        {
            var resourceRun = ResourceRun.For(resource, run);
            LifecycleCommands.AddTo(resource, resourceRun);
            _runs.Add(resourceRun);
            await run.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.NotStarted });
        }

        if (_stopWhenSomethingCannotStart)
        {
            _watch = FailureWatch.RunAsync(run.Notifications, lifetime, _stopping.Token);
        }

        foreach (var resourceRun in _runs)
        {
            await resourceRun.BeginAsync(_stopping.Token);
        }

        _ = AnnounceCreatedAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_runs.Where(r => !r.IsServer).Select(r => r.EndAsync()));
        await Task.WhenAll(_runs.Where(r => r.IsServer).Select(r => r.EndAsync()));
        await _watch;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await StopAsync(CancellationToken.None);
        }

        _runs.ForEach(r => r.Dispose());
        _stopping.Dispose();
    }

    private async Task AnnounceCreatedAsync()
    {
        await Task.WhenAll(_runs.Select(r => r.Attempted));
        if (!_stopping.IsCancellationRequested)
        {
            await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), _stopping.Token);
        }
    }
}

/// <summary>What every <see cref="ResourceRun"/> works with.</summary>
internal sealed record RunServices(
    ResourceNotificationService Notifications,
    ResourceLoggerService Loggers,
    IDistributedApplicationEventing Eventing,
    DistributedApplicationExecutionContext Execution,
    HealthMonitor Health,
    ProcessLauncher Launcher,
    IServiceProvider Services);
