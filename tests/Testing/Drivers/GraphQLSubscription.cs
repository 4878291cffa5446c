using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Freshet.Testing.Drivers;

/// <summary>One subscription over <c>graphql-transport-ws</c>, as a thin client: one socket, one operation.</summary>
public sealed class GraphQLSubscription : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[64 * 1024];

    private GraphQLSubscription() => socket.Options.AddSubProtocol("graphql-transport-ws");

    /// <summary>Connects, waits for the acknowledgement and subscribes.</summary>
    public static async Task<GraphQLSubscription> StartAsync(
        Uri gateway, string apiKey, string query, object? variables = null, CancellationToken cancellationToken = default)
    {
        var subscription = new GraphQLSubscription();
        var address = new UriBuilder(gateway) { Scheme = "ws", Path = "/graphql" }.Uri;
        await subscription.socket.ConnectAsync(address, cancellationToken);
        await subscription.WriteAsync(new { type = "connection_init", payload = new { Authorization = $"Bearer {apiKey}" } }, cancellationToken);
        await subscription.ReadAsync("connection_ack", cancellationToken);
        await subscription.WriteAsync(new { type = "subscribe", id = "1", payload = new { query, variables } }, cancellationToken);
        return subscription;
    }

    /// <summary>The <c>data</c> of every <c>next</c> message, until the server completes. An <c>error</c> message throws.</summary>
    public async IAsyncEnumerable<JsonElement> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync("next", cancellationToken) is { } message)
        {
            yield return message.GetProperty("payload").GetProperty("data");
        }
    }

    /// <summary>Breaks the connection without a word.</summary>
    public void Abort() => socket.Abort();

    public async ValueTask DisposeAsync()
    {
        if (socket.State == WebSocketState.Open)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        socket.Dispose();
    }

    private async Task<JsonElement?> ReadAsync(string expected, CancellationToken cancellationToken)
    {
        while (await ReceiveAsync(cancellationToken) is { } message)
        {
            var type = message.GetProperty("type").GetString();
            if (type == expected)
            {
                return message;
            }

            switch (type)
            {
                case "ping":
                    await WriteAsync(new { type = "pong" }, cancellationToken);
                    break;
                case "complete":
                    return null;
                case "error":
                    throw new InvalidOperationException($"The subscription failed: {message}");
            }
        }

        return null;
    }

    private async Task<JsonElement?> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return JsonSerializer.Deserialize<JsonElement>(text.ToArray());
            }
        }
    }

    private Task WriteAsync(object message, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message)), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
}
