using System.Net;
using System.Net.Sockets;

namespace Freshet.Testing;

/// <summary>
/// Stands between a host and a server. <see cref="Cut"/> is what the death of the server looks like from the host: connections break in
/// the middle of whatever they do, and new ones are refused until <see cref="Restore"/>.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly HashSet<Socket> open = [];
    private readonly IPEndPoint target;
    private readonly Task accepting;
    private bool isCut;

    public FaultProxy(int targetPort)
    {
        target = new IPEndPoint(IPAddress.Loopback, targetPort);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

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
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
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
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
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

    private static async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The connection is over.
        }
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
