using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>
/// A resource without a process of ours: a parameter, a connection string, a database on a server, a server that runs
/// elsewhere. It runs once its value can be read, and it is as healthy as its checks say.
/// </summary>
internal sealed class ValueRun(IResource resource, RunServices run) : ResourceRun(resource, run)
{
    protected override async Task LiveAsync(CancellationToken stop)
    {
        if (Resource is IResourceWithParent child)
        {
            await Run.Notifications.WaitForResourceHealthyAsync(
                child.Parent.Name, WaitBehavior.WaitOnResourceUnavailable, stop);
        }

        if (Resource is ParameterResource parameter && !await IsUsedOrSetAsync(parameter, stop))
        {
            return;
        }

        await PublishAsync(s => s with { State = KnownResourceStates.Running });
        MarkAttempted();
        await Run.Health.WatchAsync(Resource, stop);
        await Task.Delay(Timeout.Infinite, stop);
    }

    /// <summary>A parameter without a value stops those who use it, not the application.</summary>
    private async Task<bool> IsUsedOrSetAsync(ParameterResource parameter, CancellationToken stop)
    {
        try
        {
            await parameter.GetValueAsync(stop);
            return true;
        }
        catch (MissingParameterValueException fault)
        {
            Run.Loggers.Write(parameter.Name, fault.Message, isError: true);
            await PublishAsync(s => s.WithFailure(fault.Message) with { State = new ResourceStateSnapshot("Value missing", "warning") });
            return false;
        }
    }
}
