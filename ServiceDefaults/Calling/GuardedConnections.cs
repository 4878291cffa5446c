using System.Net;
using System.Net.Sockets;

namespace Freshet.ServiceDefaults.Calling;

/// <summary>
/// Opens connections for <see cref="GuardedHttp"/>. The address is judged when the connection is made, not when the URL is read: a name that
/// was public a moment ago may lead into our own network now.
/// </summary>
internal static class GuardedConnections
{
    public static SocketsHttpHandler Handler(Func<IPAddress, bool> isAllowed) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy would be asked for the address instead of us.
        UseProxy = false,
        // Spans and their headers would carry the address, in which identities are.
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 32,
        // Who wanted a connection may be gone long before it is given up.
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, isAllowed, ct),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint place, Func<IPAddress, bool> isAllowed, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(place.Host, ct);
        IPAddress[] allowed = [.. addresses.Where(isAllowed)];
        if (allowed.Length == 0)
        {
            throw new ForbiddenAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, place.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Every address of a host is one that may not be called.</summary>
internal sealed class ForbiddenAddressException() : IOException("The host's address is not public. List the host in the workspace if it is meant.");
