using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Freshet.Ingress.Limits;

/// <summary>The web server's limits: every slow or oversized sender lets go of its connection within seconds.</summary>
internal static class ServerLimits
{
    public static void Apply(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = 5_000;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        server.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        server.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        server.Limits.MaxRequestHeaderCount = 100;

        // For addresses without a limit of their own; the endpoints set theirs before they read.
        server.Limits.MaxRequestBodySize = 1024 * 1024;
    }
}
