using System.Net.WebSockets;
using Freshet.Gateway.Transport.WebSockets;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>What time, slowness and defects do to a socket.</summary>
public sealed class SocketLifeTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_socket_that_never_introduces_itself_is_closed_with_4408()
    {
        await using var gateway = await TinyGateway.StartInAsync("Development", _clock);
        using var client = await SocketClient.OpenAsync(gateway);
        await client.SendAsync("""{"type":"ping"}""");
        (await client.ReceiveLineAsync()).ShouldBe("pong");

        _clock.Advance(TimeSpan.FromSeconds(5));

        (await client.ReceiveCloseAsync()).ShouldBe((4408, "Connection initialisation timeout"));
    }

    [Fact]
    public async Task The_server_pings_and_closes_a_socket_that_never_answers()
    {
        await using var gateway = await TinyGateway.StartInAsync("Development", _clock);
        using var client = await SocketClient.StartAsync(gateway);

        // The watch waits out the init timeout before its timer exists, so time goes on until the ping is there.
        var ping = client.ReceiveLineAsync();
        await AdvanceUntilAsync(() => ping.IsCompleted);
        (await ping).ShouldBe("ping");

        await client.SendAsync("""{"type":"pong"}""");
        var close = client.ReceiveCloseAsync();
        await AdvanceUntilAsync(() => close.IsCompleted);
        (await close).ShouldBe((1001, "No answer to pings"));
    }

    [Fact]
    public async Task A_reader_that_stops_reading_stops_its_source_and_nobody_else()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var stuck = await SocketClient.StartAsync(gateway);
        using var lively = await SocketClient.StartAsync(gateway);
        await stuck.SubscribeAsync("1", "subscription { bulk }");

        // The buffers of the kernel fill up; then the count of values taken from the source stands still.
        await StandsStillAsync(() => gateway.World.Pulled);

        await lively.SubscribeAsync("1", "{ hello }");
        (await lively.ReceiveLineAsync()).ShouldStartWith("next 1");
        (await stuck.ReceiveLineAsync()).ShouldStartWith("""next 1 {"data":{"bulk":"1xxx""");
    }

    [Fact]
    public async Task A_reader_that_never_reads_again_is_cut_off_and_its_source_closed()
    {
        await using var gateway = await TinyGateway.StartAsync(("WebSockets:SendTimeout", "00:00:00.300"));
        using var stuck = await SocketClient.StartAsync(gateway);
        await stuck.SubscribeAsync("1", "subscription { bulk }");
        await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.Pulled > 0), "the source runs");

        await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.OpenSources == 0), "the source is closed");
    }

    [Fact]
    public async Task A_push_source_that_runs_ahead_ends_the_subscription_instead_of_filling_memory()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var client = await SocketClient.StartAsync(gateway);
        await client.SubscribeAsync("1", "subscription { pushed }");
        await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.Pushes.Observers == 1), "the source is subscribed");

        for (var value = 0; value < 100_000; value++)
            gateway.World.Pushes.Push(value);

        string line;
        while ((line = await client.ReceiveLineAsync()).StartsWith("next", StringComparison.Ordinal))
        {
            // Events that were in the buffer.
        }

        line.ShouldStartWith("error 1 ");
        line.ShouldContain("SLOW_CONSUMER");
        await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.Pushes.Observers == 0), "the source is left");
    }

    [Fact]
    public async Task A_host_that_stops_tells_its_sockets_to_come_back()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var client = await SocketClient.StartAsync(gateway);

        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await client.ReceiveCloseAsync()).ShouldBe((1001, "Server is stopping"));
    }

    [Fact]
    public async Task A_defect_of_ours_closes_with_4500_and_is_logged()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var socket = new DefectiveSocket();
        using var session = new SocketSession(gateway.Services.GetRequiredService<SocketServices>(), socket, user: null);

        await session.RunAsync(CancellationToken.None);

        socket.Closed.ShouldBe((4500, "Internal server error"));
        gateway.Logs.Records.ShouldContain(record => record.Event == "graphql.socket.defect");
    }

    private async Task AdvanceUntilAsync(Func<bool> done) => await Eventually.TrueAsync(
        _ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(done());
        },
        "time brings it");

    private static async Task StandsStillAsync(Func<int> count)
    {
        var (last, same) = (-1, 0);
        await Eventually.TrueAsync(
            _ =>
            {
                var now = count();
                same = now == last && now > 0 ? same + 1 : 0;
                last = now;
                return Task.FromResult(same == 10);
            },
            "the source is not asked for more");
    }

    /// <summary>Fails in a way that no socket does.</summary>
    private sealed class DefectiveSocket : WebSocket
    {
        public (int Code, string? Reason) Closed { get; private set; }

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override void Abort()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            Closed = ((int)closeStatus, statusDescription);
            return Task.CompletedTask;
        }

        public override void Dispose()
        {
        }

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            Task.FromException<WebSocketReceiveResult>(new InvalidCastException("a defect"));

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
