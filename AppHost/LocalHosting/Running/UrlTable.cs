using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Where everything is: addresses, the data, the kept parameters.</summary>
internal static class UrlTable
{
    public static async Task<List<string>> LinesAsync(
        DistributedApplicationModel model,
        DistributedApplicationExecutionContext execution,
        HostingOptions options,
        CancellationToken cancellationToken)
    {
        var rows = new List<(string Name, string Text)>();
        foreach (var resource in model.Resources)
        {
            var urls = await UrlsAsync(resource, execution, cancellationToken);
            rows.AddRange(urls.Select(url => (resource.Name, url.DisplayText is null ? url.Url : $"{url.Url}  ({url.DisplayText})")));
        }

        rows.Add(("data", options.DataPath));
        if (options.SecretsPath is not null)
        {
            rows.Add(("parameters", options.SecretsPath));
        }

        var width = rows.Max(r => r.Name.Length);
        return ["", .. rows.Select(row => $"  {row.Name.PadRight(width)}  {row.Text}"), ""];
    }

    internal static async Task<IReadOnlyList<ResourceUrlAnnotation>> UrlsAsync(
        IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        List<ResourceUrlAnnotation> urls =
        [
            .. (resource as IResourceWithEndpoints)?.GetEndpoints().Where(e => e.IsAllocated)
                .Select(e => new ResourceUrlAnnotation { Url = e.Url, Endpoint = e }) ?? [],
            .. resource.Annotations.OfType<ResourceUrlAnnotation>(),
        ];
        var context = new ResourceUrlsCallbackContext(execution, resource, urls, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return [.. urls.OrderByDescending(u => u.DisplayOrder ?? 0)];
    }
}
