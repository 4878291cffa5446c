using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using GraphQL;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>
/// Sends messages one at a time. A sender waits until its message is on the wire: that wait is the backpressure which
/// reaches the source of a subscription. Nothing is queued; after a close nothing more is sent.
/// </summary>
public sealed class SocketWriter(WebSocket socket, ResponseSerializer serializer, SocketOptions options, TimeProvider clock) : IDisposable
{
    private const int KeptBufferBytes = 16_384;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _aborted = new();
    private ArrayBufferWriter<byte> _buffer = new(256);
    private volatile bool _isClosing;

    /// <summary>Fires when the socket was cut off; the receive loop ends with it.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>True once a close is on its way: what the client says now is too late.</summary>
    public bool IsClosing => _isClosing;

    public Task SendAckAsync() => SendAsync("connection_ack", id: null, payload: null);

    public Task SendPingAsync() => SendAsync("ping", id: null, payload: null);

    public Task SendPongAsync(JsonElement payload) =>
        SendAsync("pong", id: null, payload.ValueKind == JsonValueKind.Object ? payload.WriteTo : null);

    /// <summary>Sends an answer, unless its operation ended meanwhile: nothing may follow a completion.</summary>
    public Task SendNextAsync(SocketOperation operation, ExecutionResult result) =>
        SendAsync("next", operation.Id, json => serializer.Write(json, result), () => operation.IsActive);

    public Task SendErrorAsync(string id, ExecutionErrors errors) => SendAsync("error", id, json => serializer.Write(json, errors));

    public Task SendCompleteAsync(string id) => SendAsync("complete", id, payload: null);

    /// <summary>Tells the client why and stops sending. A client that does not answer in time is cut off.</summary>
    public async Task CloseAsync(SocketClose close)
    {
        if (!await _turn.WaitAsync(options.CloseTimeout))
        {
            Abort();
            return;
        }

        try
        {
            if (_isClosing)
                return;
            _isClosing = true;
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var budget = new CancellationTokenSource(options.CloseTimeout, clock);
                await socket.CloseOutputAsync(close.Code, close.Reason, budget.Token);
            }

            _aborted.CancelAfter(options.CloseTimeout);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            Abort();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SendAsync(string type, string? id, Action<Utf8JsonWriter>? payload, Func<bool>? stillWanted = null)
    {
        await _turn.WaitAsync(Aborted);
        try
        {
            if (_isClosing || socket.State != WebSocketState.Open || stillWanted?.Invoke() == false)
                return;

            // What cannot be written as JSON is a defect of the operation, not of the socket: it goes to the caller.
            Encode(type, id, payload);
            await SendBufferAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SendBufferAsync()
    {
        using var budget = new CancellationTokenSource(options.SendTimeout, clock);
        try
        {
            await socket.SendAsync(_buffer.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, budget.Token);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            Abort();
        }
    }

    private void Encode(string type, string? id, Action<Utf8JsonWriter>? payload)
    {
        // One large answer must not cost memory for the rest of the socket's life.
        if (_buffer.Capacity > KeptBufferBytes)
            _buffer = new ArrayBufferWriter<byte>(256);
        _buffer.ResetWrittenCount();

        using var json = ResponseSerializer.CreateWriter(_buffer);
        json.WriteStartObject();
        if (id is not null)
            json.WriteString("id"u8, id);
        json.WriteString("type"u8, type);
        if (payload is not null)
        {
            json.WritePropertyName("payload"u8);
            payload(json);
        }

        json.WriteEndObject();
    }

    private void Abort()
    {
        _isClosing = true;
        socket.Abort();
        _aborted.Cancel();
    }

    private static bool IsGone(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException;

    public void Dispose()
    {
        _aborted.Dispose();
        _turn.Dispose();
    }
}
