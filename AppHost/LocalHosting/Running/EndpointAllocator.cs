using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Servers;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>Gives every endpoint its port, and servers that run elsewhere their given address, before anything starts.</summary>
internal sealed class EndpointAllocator(HostingOptions options, PortAllocator ports, IConfiguration configuration)
{
    public void Allocate(DistributedApplicationModel model)
    {
        foreach (var resource in model.Resources)
        {
            UseGivenConnectionString(resource);
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is null))
            {
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, PortFor(endpoint));
                if (!endpoint.IsProxied && NeedsProxy(endpoint))
                {
                    throw new DistributedApplicationException(
                        $"Endpoint '{endpoint.Name}' of '{resource.Name}' is not proxied, so its port and target port must be the same.");
                }
            }
        }
    }

    /// <summary>The process listens on another port than others use.</summary>
    public static bool NeedsProxy(EndpointAnnotation endpoint) =>
        endpoint is { TargetPort: { } target, AllocatedEndpoint: { } allocated } && target != allocated.Port;

    private void UseGivenConnectionString(IResource resource)
    {
        if (resource is not ContainerResource || !resource.TryGetLastAnnotation<ServerKind>(out var kind)
            || configuration.GetConnectionString(resource.Name) is not { Length: > 0 } given)
        {
            return;
        }

        var server = kind.Parse(given);
        resource.Annotations.Add(new ExternalConnectionAnnotation(given, server));
        var endpoint = ServerEndpoint.Of(resource);
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, server.Host, server.Port);
    }

    private int PortFor(EndpointAnnotation endpoint)
    {
        var wished = endpoint.Port ?? endpoint.TargetPort;
        return wished is null or 0 || options.RandomizePorts ? ports.Next() : wished.Value;
    }
}
