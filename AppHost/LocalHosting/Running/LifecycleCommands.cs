using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>resource-start, resource-stop and resource-restart, on everything that has a process.</summary>
internal static class LifecycleCommands
{
    public static void AddTo(IResource resource, ResourceRun run)
    {
        if (run is not ProcessRun)
        {
            return;
        }

        Add(KnownResourceCommands.StartCommand, "Start", run.StartAsync);
        Add(KnownResourceCommands.StopCommand, "Stop", run.EndAsync);
        Add(KnownResourceCommands.RestartCommand, "Restart", run.RestartAsync);

        void Add(string name, string displayName, Func<Task> execute)
        {
            foreach (var old in resource.Annotations.OfType<ResourceCommandAnnotation>().Where(a => a.Name == name).ToList())
            {
                resource.Annotations.Remove(old);
            }

            resource.Annotations.Add(new ResourceCommandAnnotation(
                name,
                displayName,
                _ => ResourceCommandState.Enabled,
                async _ =>
                {
                    await execute();
                    return CommandResults.Success();
                }));
        }
    }
}
