using System.Net;
using System.Net.Sockets;

namespace Freshet.Testing;

/// <summary>
/// Stands between a client and a server. <see cref="Cut"/> is what the death of the server looks like: connections break in the middle of
/// whatever they do, and new ones are refused until <see cref="Restore"/>. <see cref="ToServer"/> and <see cref="ToClient"/> say what each direction
/// suffers; they can be changed at any time and concern open connections too.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly HashSet<Socket> open = [];
    private readonly IPEndPoint target;
    private readonly Task accepting;
    private volatile LinkFault toServer = LinkFault.None;
    private volatile LinkFault toClient = LinkFault.None;
    private bool isCut;

    public FaultProxy(int targetPort)
    {
        target = new IPEndPoint(IPAddress.Loopback, targetPort);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public LinkFault ToServer
    {
        get => toServer;
        set => toServer = value;
    }

    public LinkFault ToClient
    {
        get => toClient;
        set => toClient = value;
    }

    /// <summary>Breaks every connection with a reset and refuses new ones.</summary>
    public void Cut()
    {
        lock (gate)
        {
            isCut = true;
            foreach (var socket in open)
            {
                Reset(socket);
            }

            open.Clear();
        }
    }

    public void Restore()
    {
        lock (gate)
        {
            isCut = false;
        }
    }

    /// <summary>Ends every fault.</summary>
    public void Heal()
    {
        toServer = LinkFault.None;
        toClient = LinkFault.None;
        Restore();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception end) when (stop.IsCancellationRequested && end is (OperationCanceledException or SocketException or InvalidOperationException))
        {
            // Disposed: a listener that was stopped between two calls says so by InvalidOperationException.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            if (!Register(client, server))
            {
                return;
            }

            await server.ConnectAsync(target, stop.Token);
            await Task.WhenAny(
                new FaultyPump(client, server, () => toServer).RunAsync(stop.Token),
                new FaultyPump(server, client, () => toClient).RunAsync(stop.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two is gone; so is the other now.
        }
        finally
        {
            Forget(client, server);
        }
    }

    private bool Register(Socket client, Socket server)
    {
        lock (gate)
        {
            if (!isCut)
            {
                open.Add(client);
                open.Add(server);
            }

            return !isCut;
        }
    }

    private void Forget(Socket client, Socket server)
    {
        lock (gate)
        {
            open.Remove(client);
            open.Remove(server);
        }

        Reset(client);
        Reset(server);
    }

    private static void Reset(Socket socket)
    {
        if (socket.SafeHandle.IsClosed)
        {
            return;
        }

        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }
}
