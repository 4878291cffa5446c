using System.Net.WebSockets;
using Freshet.Benchmarks.References;
using Freshet.Benchmarks.Running;

namespace Freshet.Benchmarks.Live;

/// <summary>Reads what is pushed and tells the round that is under way.</summary>
internal sealed class LiveSubscriber : IAsyncDisposable
{
    private const string Subscription = """subscription { profileChanged(traits: ["loyalty_points"]) { changes { name after } } }""";
    private readonly CancellationTokenSource stop = new();
    private readonly IAsyncDisposable connection;
    private readonly Task reading;
    private volatile LiveLatencies latencies = new(0, 0);

    private LiveSubscriber(IAsyncDisposable connection, Func<LiveSubscriber, CancellationToken, Task> read)
    {
        this.connection = connection;
        reading = read(this, stop.Token);
    }

    /// <summary>A GraphQL client: <c>graphql-transport-ws</c>.</summary>
    public static async Task<LiveSubscriber> OfOursAsync(Lab lab, CancellationToken cancellationToken)
    {
        var subscription = await lab.Installation.SubscribeAsync(Subscription, cancellationToken: cancellationToken);
        return new LiveSubscriber(subscription, async (self, token) =>
        {
            await foreach (var data in subscription.ReadAllAsync(token))
            {
                foreach (var change in data.GetProperty("profileChanged").GetProperty("changes").EnumerateArray())
                {
                    self.latencies.Seen(change.GetProperty("after").GetInt64());
                }
            }
        });
    }

    /// <summary>A plain socket on the bare chain.</summary>
    public static async Task<LiveSubscriber> OfChainAsync(Uri address, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, cancellationToken);
        var buffer = new byte[4096];
        await socket.ReceiveAsync(buffer, cancellationToken);
        return new LiveSubscriber(new Closing(socket), async (self, token) =>
        {
            while (await socket.ReceiveAsync(buffer, token) is { MessageType: WebSocketMessageType.Text } message)
            {
                self.latencies.Seen(LiveMessages.NumberOf(buffer.AsSpan(0, message.Count)));
            }
        });
    }

    /// <summary>Begins a round.</summary>
    public LiveLatencies Expect(long first, int count) => latencies = new LiveLatencies(first, count);

    public void Sent(int ordinal, long timestamp) => latencies.Sent(ordinal, timestamp);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
        stop.Dispose();
    }

    private sealed class Closing(ClientWebSocket socket) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
