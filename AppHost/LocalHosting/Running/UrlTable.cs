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

internal static class UrlTable
{
    public static List<string> Lines(DistributedApplicationModel model, HostingOptions options)
    {
        var rows = model.Resources.SelectMany(resource => Urls(resource).Select(url => (resource.Name, url))).ToList();
        var width = rows.Select(r => r.Name.Length).DefaultIfEmpty(0).Max();
        return
        [
            "",
            .. rows.Select(row => $"  {row.Name.PadRight(width)}  {row.url}"),
            $"  {"data".PadRight(width)}  {options.DataPath}",
            "",
        ];
    }

    private static IEnumerable<string> Urls(IResource resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is not null)
            .Select(e => e.AllocatedEndpoint!.UriString);
}
