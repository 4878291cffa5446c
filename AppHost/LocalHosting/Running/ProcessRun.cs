using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>A project, an executable or a server: one process of ours, and what it needs beside it.</summary>
internal sealed class ProcessRun(IResource resource, RunServices run) : ResourceRun(resource, run)
{
    protected override async Task LiveAsync(CancellationToken stop)
    {
        await PublishAsync(s => s with { State = KnownResourceStates.Starting });
        await using var started = await Run.Launcher.LaunchAsync(Resource, stop);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await PublishAsync(s => s
            .WithProperty(KnownProperties.Executable.Pid, started.Main.Pid.ToString(CultureInfo.InvariantCulture)) with
        {
            State = KnownResourceStates.Running, StartTimeStamp = now, StopTimeStamp = null,
        });
        MarkAttempted();

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var health = Run.Health.WatchAsync(Resource, watching.Token);
        await Task.WhenAny(started.Main.Exited, Task.Delay(Timeout.Infinite, stop));
        await watching.CancelAsync();
        await health.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var endedByItself = started.Main.Exited.IsCompleted;
        if (!endedByItself)
        {
            await PublishAsync(s => s with { State = KnownResourceStates.Stopping, HealthStatus = null });
            await started.StopAsync();
        }

        await PublishEndAsync(await started.Main.Exited, endedByItself, started.LastLines);
    }

    private async Task PublishEndAsync(int exitCode, bool endedByItself, string? lastLines)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        string? failure = null;
        if (endedByItself && (exitCode != 0 || IsServer))
        {
            failure = $"ended unexpectedly with exit code {exitCode}" + (lastLines is null ? "" : $"; its last lines:\n{lastLines}");
            Run.Loggers.Write(Resource.Name, failure, isError: true);
        }

        await PublishAsync(s => s.WithFailure(failure).WithProperty(KnownProperties.Executable.Pid, null) with
        {
            State = endedByItself && !IsServer ? KnownResourceStates.Finished : KnownResourceStates.Exited,
            ExitCode = exitCode, StopTimeStamp = now, HealthStatus = null,
        });
        if (Run.Notifications.TryGetCurrentState(Resource.Name, out var last))
        {
            await AnnounceAsync(new ResourceStoppedEvent(Resource, Run.Services, last), CancellationToken.None);
        }
    }
}
