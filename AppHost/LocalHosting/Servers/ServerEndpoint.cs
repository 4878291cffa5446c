using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Servers;

internal static class ServerEndpoint
{
    public static EndpointAnnotation Tcp(int? port) => new(ProtocolType.Tcp, name: "tcp", port: port);

    public static EndpointAnnotation Of(IResource resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().First(e => e.Name == "tcp");
}
