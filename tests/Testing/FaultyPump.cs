using System.Net.Sockets;

namespace Freshet.Testing;

/// <summary>Carries the bytes of one direction of a connection, and does to them what the fault of the moment says. Ends when the connection is to be reset.</summary>
internal sealed class FaultyPump(Socket from, Socket to, Func<LinkFault> fault)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);
    private readonly byte[] buffer = new byte[16 * 1024];
    private bool hasLost;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            // Lost bytes cannot be made up for: once the fault is over the connection is of no use.
            while (await ReceiveAsync(stop) is var read and > 0 && await PassAsync(read, stop))
            {
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is over.
        }
    }

    private async Task<int> ReceiveAsync(CancellationToken stop)
    {
        if (!hasLost)
        {
            return await from.ReceiveAsync(buffer, stop);
        }

        using var timer = new PeriodicTimer(Glance);
        while (fault().IsLost)
        {
            while (from.Available > 0)
            {
                await from.ReceiveAsync(buffer, stop);
            }

            await timer.WaitForNextTickAsync(stop);
        }

        return 0;
    }

    private async Task<bool> PassAsync(int read, CancellationToken stop)
    {
        var now = fault();
        if (ReferenceEquals(now, LinkFault.None))
        {
            await SendAsync(read, stop);
            return true;
        }

        if (now.IsLost)
        {
            return hasLost = true;
        }

        await DelayAsync(now, read, stop);
        if (Random.Shared.NextDouble() < now.CorruptionChance)
        {
            buffer[Random.Shared.Next(read)] ^= (byte)(1 << Random.Shared.Next(8));
        }

        var isCut = Random.Shared.NextDouble() < now.ResetChance;
        await SendAsync(isCut ? read / 2 : read, stop);
        return !isCut;
    }

    private async Task DelayAsync(LinkFault now, int read, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Glance);
        while (fault().IsBlackHole)
        {
            await timer.WaitForNextTickAsync(stop);
        }

        var transfer = now.BytesPerSecond is { } rate ? TimeSpan.FromSeconds((double)read / rate) : TimeSpan.Zero;
        var delay = now.Latency + (now.Jitter * Random.Shared.NextDouble()) + transfer;
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, stop);
        }
    }

    private async Task SendAsync(int count, CancellationToken stop)
    {
        for (var sent = 0; sent < count;)
        {
            sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
        }
    }
}
