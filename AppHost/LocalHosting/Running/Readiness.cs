using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>Is everything there? A one-shot is when it has ended well, a resource with explicit start always.</summary>
internal static class Readiness
{
    public static bool IsReady(DistributedApplicationModel model, ResourceNotificationService notifications) =>
        model.Resources.All(resource => resource.HasAnnotationOfType<ExplicitStartupAnnotation>()
            || (notifications.TryGetCurrentState(resource.Name, out var last) && IsReady(last.Snapshot)));

    private static bool IsReady(CustomResourceSnapshot snapshot) => snapshot.State?.Text switch
    {
        "Running" => snapshot.HealthStatus == HealthStatus.Healthy && snapshot.ResourceReadyEvent?.EventTask.IsCompleted == true,
        "Finished" => snapshot.ExitCode == 0,
        _ => false,
    };
}
