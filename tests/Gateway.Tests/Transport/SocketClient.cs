using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>Speaks graphql-transport-ws message by message, also wrongly.</summary>
public sealed class SocketClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private SocketClient(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public static async Task<SocketClient> OpenAsync(TinyGateway gateway, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        configure?.Invoke(socket.Options);
        using var timeout = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws", Path = "/graphql" }.Uri, timeout.Token);
        return new SocketClient(socket);
    }

    /// <summary>Connected and acknowledged.</summary>
    public static async Task<SocketClient> StartAsync(TinyGateway gateway)
    {
        var client = await OpenAsync(gateway);
        await client.SendAsync($$$"""{"type":"connection_init","payload":{"apiKey":"{{{TinyGateway.ApiKey}}}"}}""");
        (await client.ReceiveAsync()).GetProperty("type").GetString().ShouldBe("connection_ack");
        return client;
    }

    public Task SubscribeAsync(string id, string query) =>
        SendAsync(JsonSerializer.Serialize(new { id, type = "subscribe", payload = new { query } }));

    public Task CompleteAsync(string id) => SendAsync(JsonSerializer.Serialize(new { id, type = "complete" }));

    public async Task SendAsync(string text, bool isLast = true, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        using var timeout = new CancellationTokenSource(Patience);
        await Socket.SendAsync(Encoding.UTF8.GetBytes(text), type, isLast, timeout.Token);
    }

    public async Task<JsonElement> ReceiveAsync()
    {
        var text = await ReceiveTextAsync();
        text.ShouldNotBeNull($"closed with {Socket.CloseStatus} {Socket.CloseStatusDescription}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>The message as compact text: <c>next 1 {...}</c>.</summary>
    public async Task<string> ReceiveLineAsync()
    {
        var message = await ReceiveAsync();
        var id = message.TryGetProperty("id", out var given) ? " " + given.GetString() : "";
        var payload = message.TryGetProperty("payload", out var content) ? " " + content.GetRawText() : "";
        return message.GetProperty("type").GetString() + id + payload;
    }

    /// <summary>Reads to the close frame and answers it.</summary>
    public async Task<(int Code, string? Reason)> ReceiveCloseAsync()
    {
        while (await ReceiveTextAsync() is not null)
        {
            // Whatever was on its way before the close.
        }

        return ((int?)Socket.CloseStatus ?? 0, Socket.CloseStatusDescription);
    }

    private async Task<string?> ReceiveTextAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        var buffer = new byte[1_048_576];
        var length = 0;
        while (true)
        {
            var received = await Socket.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                if (Socket.State == WebSocketState.CloseReceived)
                    await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", timeout.Token);
                return null;
            }

            length += received.Count;
            if (received.EndOfMessage)
                return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    public void Dispose() => Socket.Dispose();
}
