using System.Net.Sockets;

namespace Freshet.ServiceDefaults.Reaching;

/// <summary>
/// Waits for a server that is away. A client that tries to connect, fails, and waits longer each time is still waiting when the server has long
/// been back; whoever asks here first, at short and even intervals, connects at once.
/// </summary>
public static class Reachability
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when the port takes connections, or after <paramref name="patience"/>, or when stopped. It never fails: the caller's own attempt
    /// to connect tells what is wrong.</summary>
    public static async Task WaitAsync(string host, int port, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        while (!stop.IsCancellationRequested && !await IsTakenAsync(host, port, stop) && time.GetElapsedTime(began) < patience)
        {
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> IsTakenAsync(string host, int port, CancellationToken stop)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, stop);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
