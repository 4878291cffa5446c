using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Healthy when a GET of the path answers with the status code.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="path">The path; "/" when null.</param>
    /// <param name="statusCode">The expected status code; 200 when null.</param>
    /// <param name="endpointName">The endpoint; https before http when null. It must exist already.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints =>
        builder.WithHttpHealthCheck(EndpointSelector(builder, endpointName), path, statusCode);

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpoint = (endpointSelector ?? EndpointSelector(builder, endpointName: null))();
        if (endpoint.Scheme is not ("http" or "https"))
        {
            throw new DistributedApplicationException(
                $"Could not create HTTP health check for resource '{builder.Resource.Name}' as the endpoint with name "
                + $"'{endpoint.EndpointName}' and scheme '{endpoint.Scheme}' is not an HTTP endpoint.");
        }

        var where = path ?? "/";
        var expected = statusCode ?? 200;
        var key = string.Create(
            CultureInfo.InvariantCulture, $"{builder.Resource.Name}_{endpoint.EndpointName}_{where}_{expected}_check");
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpHealthCheck(
                services.GetRequiredService<IHttpClientFactory>(), _ => new(new Uri(new Uri(endpoint.Url), where)), expected),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    /// <summary>Uses a check that was registered under this key with <c>builder.Services.AddHealthChecks()</c>.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(a => a.Key == key))
        {
            throw new DistributedApplicationException(
                $"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.");
        }

        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    private static Func<EndpointReference> EndpointSelector<T>(IResourceBuilder<T> builder, string? endpointName)
        where T : IResourceWithEndpoints => () =>
        {
            var endpoints = builder.Resource.GetEndpoints().ToList();
            var found = endpointName is null
                ? endpoints.Find(e => e.Scheme == "https") ?? endpoints.Find(e => e.Scheme == "http")
                : endpoints.Find(e => string.Equals(e.EndpointName, endpointName, StringComparison.OrdinalIgnoreCase));
            return found ?? throw new DistributedApplicationException(
                $"Could not create HTTP health check for resource '{builder.Resource.Name}' as "
                + (endpointName is null ? "it has no HTTP endpoint." : $"the endpoint '{endpointName}' does not exist."));
        };
}

internal sealed class HttpHealthCheck(
    IHttpClientFactory clients, Func<CancellationToken, ValueTask<Uri>> address, int expectedStatusCode) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var client = clients.CreateClient();
            using var response = await client.GetAsync(
                await address(deadline.Token), HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return (int)response.StatusCode == expectedStatusCode
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"answered {(int)response.StatusCode}, expected {expectedStatusCode}");
        }
        catch (HttpRequestException fault)
        {
            return HealthCheckResult.Unhealthy(fault.Message, fault);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"no answer within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
    }
}
