using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>GraphQL over WebSocket (subprotocol graphql-transport-ws). Section <c>Gateway:WebSockets</c>.</summary>
public sealed class SocketOptions
{
    public const string Section = "Gateway:WebSockets";

    /// <summary>How long a new socket may wait before its <c>connection_init</c>; then it is closed with 4408.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan InitTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the server sends <c>ping</c>.</summary>
    /// <value>20 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A socket that sent nothing, not even a <c>pong</c>, for so long is closed. Longer than two pings.</summary>
    /// <value>60 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one message may take to leave. A client that stopped reading is cut off then; until then it slows its own subscriptions only.</summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the client may take to answer our close.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest message in bytes, all its frames together; a larger one closes the socket with 1009.</summary>
    /// <value>65,536.</value>
    [Range(1_024, 1_048_576)]
    public int MaxMessageBytes { get; set; } = 65_536;

    /// <summary>Operations that one socket may have running.</summary>
    /// <value>50.</value>
    [Range(1, 10_000)]
    public int MaxOperations { get; set; } = 50;

    /// <summary>
    /// Origins whose pages may open a socket, for example <c>https://console.example.com</c>. Browsers send no preflight for
    /// sockets, so this list is what keeps foreign pages out. The gateway's own origin is always allowed, clients that are
    /// no browsers send none, and in Development every origin on this machine is allowed.
    /// </summary>
    /// <value>Empty.</value>
    public IList<string> AllowedOrigins { get; set; } = [];
}
