using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>Ends <c>Run()</c> with exit code 1 when a resource cannot start, or ends badly before it was ever ready.</summary>
internal static class FailureWatch
{
    public static async Task RunAsync(
        ResourceNotificationService notifications, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var update in notifications.WatchAsync(cancellationToken))
            {
                if (IsFatal(update.Snapshot))
                {
                    Environment.ExitCode = 1;
                    lifetime.StopApplication();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application is being stopped: nothing to watch any more.
        }
    }

    internal static bool IsFatal(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text;
        return state == KnownResourceStates.FailedToStart
            || (snapshot.ResourceReadyEvent is null && snapshot.ExitCode is not (null or 0)
                && (state == KnownResourceStates.Finished || state == KnownResourceStates.Exited));
    }
}
