using System.Net.WebSockets;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>Why the server ends a socket: the codes of the graphql-transport-ws protocol, and those of RFC 6455 that we use.</summary>
public readonly record struct SocketClose(WebSocketCloseStatus Code, string Reason)
{
    public static readonly SocketClose Unauthorized = new((WebSocketCloseStatus)4401, "Unauthorized");
    public static readonly SocketClose Forbidden = new((WebSocketCloseStatus)4403, "Forbidden");
    public static readonly SocketClose SubprotocolNotAcceptable = new((WebSocketCloseStatus)4406, "Subprotocol not acceptable");
    public static readonly SocketClose InitTimeout = new((WebSocketCloseStatus)4408, "Connection initialisation timeout");
    public static readonly SocketClose TooManyInits = new((WebSocketCloseStatus)4429, "Too many initialisation requests");
    public static readonly SocketClose InternalError = new((WebSocketCloseStatus)4500, "Internal server error");
    public static readonly SocketClose TooBig = new(WebSocketCloseStatus.MessageTooBig, "Message too large");
    public static readonly SocketClose Idle = new(WebSocketCloseStatus.EndpointUnavailable, "No answer to pings");
    public static readonly SocketClose Stopping = new(WebSocketCloseStatus.EndpointUnavailable, "Server is stopping");
    public static readonly SocketClose Normal = new(WebSocketCloseStatus.NormalClosure, "");

    // A close frame carries at most 123 bytes of reason.
    private const int MaxReasonLength = 100;

    public static SocketClose BadRequest(string reason) => new((WebSocketCloseStatus)4400, Shorten(reason));

    public static SocketClose SubscriberExists(string id) => new((WebSocketCloseStatus)4409, Shorten($"Subscriber for {id} already exists"));

    // An id is the client's text: only its ASCII part goes into the reason, so that characters are bytes.
    private static string Shorten(string reason)
    {
        var ascii = string.Concat(reason.Select(character => char.IsAscii(character) && !char.IsControl(character) ? character : '?'));
        return ascii.Length <= MaxReasonLength ? ascii : ascii[..MaxReasonLength];
    }
}
