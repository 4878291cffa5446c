using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Freshet.Testing;

namespace Freshet.Chaos.Tests.Proxying;

/// <summary>What the proxy does to a server that sends back whatever it gets.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    private readonly TcpListener echo = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new(TimeSpan.FromSeconds(30));
    private FaultProxy proxy = null!;
    private int received;

    public ValueTask InitializeAsync()
    {
        echo.Start();
        _ = ServeAsync();
        proxy = new FaultProxy(((IPEndPoint)echo.LocalEndpoint).Port);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        echo.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task Without_a_fault_bytes_come_back_as_they_were()
    {
        using var client = await ConnectAsync();

        (await RoundTripAsync(client, [1, 2, 3])).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Latency_holds_open_connections_up_and_ends_with_the_fault()
    {
        using var client = await ConnectAsync();
        await RoundTripAsync(client, [1]);
        proxy.ToServer = new LinkFault { Latency = TimeSpan.FromMilliseconds(300) };

        var began = Stopwatch.GetTimestamp();
        await RoundTripAsync(client, [2]);

        Stopwatch.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(290));
        proxy.Heal();
        (await RoundTripAsync(client, [3])).ShouldBe([3]);
    }

    [Fact]
    public async Task A_black_hole_swallows_nothing_for_good()
    {
        using var client = await ConnectAsync();
        proxy.ToClient = new LinkFault { IsBlackHole = true };

        var answer = RoundTripAsync(client, [7]);
        await Eventually.TrueAsync(_ => Task.FromResult(Volatile.Read(ref received) == 1), "the request at the server");
        answer.IsCompleted.ShouldBeFalse();
        proxy.Heal();

        (await answer).ShouldBe([7]);
    }

    [Fact]
    public async Task A_lost_reply_was_done_by_the_server_and_the_connection_breaks_when_the_fault_ends()
    {
        using var client = await ConnectAsync();
        proxy.ToClient = new LinkFault { IsLost = true };

        var answer = RoundTripAsync(client, [7]);
        await Eventually.TrueAsync(_ => Task.FromResult(Volatile.Read(ref received) == 1), "the request at the server");
        proxy.Heal();

        await Should.ThrowAsync<SocketException>(answer);
    }

    [Fact]
    public async Task Corruption_changes_one_bit()
    {
        using var client = await ConnectAsync();
        proxy.ToServer = new LinkFault { CorruptionChance = 1 };

        var answer = await RoundTripAsync(client, [0, 0, 0, 0]);

        answer.Sum(part => int.PopCount(part)).ShouldBe(1);
    }

    [Fact]
    public async Task A_cut_link_refuses_until_it_is_restored()
    {
        using var client = await ConnectAsync();
        proxy.Cut();

        await Should.ThrowAsync<SocketException>(async () =>
        {
            await RoundTripAsync(client, [1]);
            await RoundTripAsync(client, [2]);
        });
        proxy.Heal();

        using var again = await ConnectAsync();
        (await RoundTripAsync(again, [3])).ShouldBe([3]);
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, stop.Token);
        return client;
    }

    private async Task<byte[]> RoundTripAsync(Socket client, byte[] bytes)
    {
        await client.SendAsync(bytes, stop.Token);
        var answer = new byte[bytes.Length];
        for (var read = 0; read < answer.Length;)
        {
            var part = await client.ReceiveAsync(answer.AsMemory(read), stop.Token);
            read += part == 0 ? throw new SocketException((int)SocketError.ConnectionReset) : part;
        }

        return answer;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await echo.AcceptSocketAsync(stop.Token);
                _ = EchoAsync(client);
            }
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task EchoAsync(Socket client)
    {
        using (client)
        {
            try
            {
                var buffer = new byte[1024];
                while (await client.ReceiveAsync(buffer, stop.Token) is var read and > 0)
                {
                    Interlocked.Add(ref received, read);
                    await client.SendAsync(buffer.AsMemory(0, read), stop.Token);
                }
            }
            catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The connection was broken on purpose.
            }
        }
    }
}
