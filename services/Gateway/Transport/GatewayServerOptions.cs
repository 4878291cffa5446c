using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Transport;

/// <summary>What the web server of this host allows one connection and all of them. Section <c>Gateway:Server</c>.</summary>
public sealed class GatewayServerOptions
{
    public const string Section = "Gateway:Server";

    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 5_000;

    /// <summary>Open WebSockets; counted apart, because no other limit of the server applies to an upgraded connection.</summary>
    /// <value>2,000.</value>
    [Range(1, 1_000_000)]
    public int MaxWebSockets { get; set; } = 2_000;

    /// <summary>How long the headers of a request may take to arrive.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Slowest body accepted, in bytes per second, after a grace of 5 s.</summary>
    /// <value>1,000.</value>
    [Range(0, 1_000_000)]
    public int MinBodyBytesPerSecond { get; set; } = 1_000;
}
