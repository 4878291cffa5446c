using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Running;

/// <summary>
/// Listens on an endpoint's public port and passes each connection on to the port that the process listens on. Used when
/// the two differ.
/// </summary>
internal sealed class PortProxy : IAsyncDisposable
{
    private readonly List<TcpListener> _listeners;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private PortProxy(List<TcpListener> listeners, int target)
    {
        _listeners = listeners;
        _target = target;
        _accepting = Task.WhenAll(listeners.Select(AcceptAsync));
    }

    /// <exception cref="DistributedApplicationException">The public port is taken.</exception>
    public static PortProxy Start(int port, int target)
    {
        var listeners = new List<TcpListener>();
        try
        {
            foreach (var address in Addresses())
            {
                var listener = new TcpListener(address, port);
                listener.Start();
                listeners.Add(listener);
            }
        }
        catch (SocketException fault)
        {
            listeners.ForEach(l => l.Dispose());
            throw new DistributedApplicationException($"Port {ResourceBuilderExtensions.PortText(port)} cannot be listened on: {fault.Message}", fault);
        }

        return new PortProxy(listeners, target);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listeners.ForEach(l => l.Dispose());
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>"localhost" is both of them where the machine has IPv6.</summary>
    private static IEnumerable<IPAddress> Addresses() =>
        Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await listener.AcceptSocketAsync(_stop.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync("localhost", _target, _stop.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
            }
            catch (Exception end) when (end is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                // One side went away: the other is closed with it.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
        {
            for (var sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
