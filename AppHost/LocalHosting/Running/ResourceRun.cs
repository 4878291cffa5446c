using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Servers;

namespace Aspire.Hosting.Running;

/// <summary>
/// One resource's life: waiting, starting, running, healthy, ended. It is not started again by itself; the commands
/// resource-start and resource-restart do that.
/// </summary>
internal abstract class ResourceRun(IResource resource, RunServices run) : IDisposable
{
    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(0.5);
    private readonly SemaphoreSlim _oneChangeAtATime = new(1, 1);
    private readonly TaskCompletionSource _attempted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _application;
    private CancellationTokenSource? _stop;
    private Task _life = Task.CompletedTask;

    public IResource Resource { get; } = resource;

    public bool IsServer => Resource.HasAnnotationOfType<ServerKind>();

    /// <summary>Completes when the resource was started, could not be, or is not to be started yet.</summary>
    public Task Attempted => _attempted.Task;

    protected RunServices Run { get; } = run;

    public static ResourceRun For(IResource resource, RunServices run) => resource switch
    {
        _ when resource.HasAnnotationOfType<ExternalConnectionAnnotation>() => new ValueRun(resource, run),
        ProjectResource or ExecutableResource => new ProcessRun(resource, run),
        _ when resource.HasAnnotationOfType<ServerKind>() => new ProcessRun(resource, run),
        _ => new ValueRun(resource, run),
    };

    /// <summary>Starts the resource as the model says, unless it waits for an explicit start.</summary>
    public Task BeginAsync(CancellationToken application)
    {
        _application = application;
        if (Resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
        {
            _attempted.TrySetResult();
            return Task.CompletedTask;
        }

        return LaunchAsync(skipWaiting: false);
    }

    /// <summary>The start command: does not wait for dependencies.</summary>
    public async Task StartAsync()
    {
        await _oneChangeAtATime.WaitAsync(_application);
        try
        {
            // A process that was killed a moment ago may not be noticed yet.
            await Task.WhenAny(_life, Task.Delay(NoticeTime, _application));
            if (_life.IsCompleted)
            {
                await LaunchAsync(skipWaiting: true);
            }
        }
        finally
        {
            _oneChangeAtATime.Release();
        }
    }

    public async Task EndAsync()
    {
        await _oneChangeAtATime.WaitAsync();
        try
        {
            if (_stop is not null)
            {
                await _stop.CancelAsync();
                await _life;
            }
        }
        finally
        {
            _oneChangeAtATime.Release();
        }
    }

    public async Task RestartAsync()
    {
        await EndAsync();
        await StartAsync();
    }

    public void Dispose()
    {
        _oneChangeAtATime.Dispose();
        _stop?.Dispose();
    }

    /// <summary>Starts, stays until the end, and publishes what happens.</summary>
    protected abstract Task LiveAsync(CancellationToken stop);

    protected Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        Run.Notifications.PublishUpdateAsync(Resource, change);

    protected void MarkAttempted() => _attempted.TrySetResult();

    protected Task AnnounceAsync<T>(T @event, CancellationToken cancellationToken) where T : IDistributedApplicationEvent =>
        Run.Eventing.PublishAsync(@event, cancellationToken);

    private async Task LaunchAsync(bool skipWaiting)
    {
        // Published before the command returns: who asks for the state next must not read that of the last run.
        await PublishAsync(s => s.WithFailure(null) with
        {
            State = KnownResourceStates.Waiting, HealthStatus = null, ExitCode = null, ResourceReadyEvent = null,
        });
        _stop?.Dispose();

        // Not linked to the application's end: the orchestrator ends each resource in its turn.
        _stop = new CancellationTokenSource();
        _life = Task.Run(() => GuardAsync(skipWaiting, _stop.Token), CancellationToken.None);
    }

    /// <summary>The edge of a resource's life: whatever goes wrong in it becomes its state, with the reason.</summary>
    private async Task GuardAsync(bool skipWaiting, CancellationToken stop)
    {
        try
        {
            await PrepareAsync(skipWaiting, stop);
            await LiveAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await PublishAsync(s => s with { State = KnownResourceStates.Exited, HealthStatus = null });
        }
#pragma warning disable CA1031 // The edge: a failure of any kind must not take the other resources with it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Run.Loggers.Write(Resource.Name, fault.Message, isError: true);
            await PublishAsync(s => s.WithFailure(fault.Message) with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.FailedToStart, "error"), HealthStatus = null,
            });
        }
        finally
        {
            _attempted.TrySetResult();
        }
    }

    private async Task PrepareAsync(bool skipWaiting, CancellationToken stop)
    {
        await Run.Eventing.PublishAsync(
            new InitializeResourceEvent(
                Resource, Run.Eventing, Run.Notifications, Run.Loggers.GetLogger(Resource), Run.Services),
            EventDispatchBehavior.NonBlockingConcurrent,
            stop);
        if (Resource is IResourceWithEndpoints)
        {
            await AnnounceAsync(new ResourceEndpointsAllocatedEvent(Resource, Run.Services), stop);
        }

        if (Resource is IResourceWithConnectionString)
        {
            await AnnounceAsync(new ConnectionStringAvailableEvent(Resource, Run.Services), stop);
        }

        if (!skipWaiting)
        {
            await Run.Notifications.WaitForDependenciesAsync(Resource, stop);
        }

        await AnnounceAsync(new BeforeResourceStartedEvent(Resource, Run.Services), stop);
    }
}
