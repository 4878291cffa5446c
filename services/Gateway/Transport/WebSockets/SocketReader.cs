using System.Buffers;
using System.Net.WebSockets;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>How receiving one message ended.</summary>
public enum Received
{
    Text,

    /// <summary>The client closed, or its connection broke.</summary>
    Closed,

    Binary,
    TooBig,
}

/// <summary>Puts the frames of one message together, up to a limit. The buffer is rented only while a message is under way.</summary>
public sealed class SocketReader(WebSocket socket, int maxMessageBytes) : IDisposable
{
    private const int FirstBuffer = 2_048;

    private byte[]? _buffer;
    private int _length;

    /// <summary>The last message; valid until the next receive.</summary>
    public ReadOnlySequence<byte> Message => new(_buffer.AsMemory(0, _length));

    public async ValueTask<Received> ReceiveAsync(CancellationToken ct)
    {
        Release();
        try
        {
            // Waits without a buffer: most sockets are silent most of the time.
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, ct);
            return first.MessageType == WebSocketMessageType.Close ? Received.Closed : await ReceiveFramesAsync(first, ct);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // An abrupt end is an ordinary way to leave.
            return Received.Closed;
        }
    }

    private async ValueTask<Received> ReceiveFramesAsync(ValueWebSocketReceiveResult received, CancellationToken ct)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        while (!received.EndOfMessage)
        {
            if (_length == _buffer.Length)
                Grow();
            received = await socket.ReceiveAsync(_buffer.AsMemory(_length), ct);
            if (received.MessageType == WebSocketMessageType.Close)
                return Received.Closed;

            _length += received.Count;
            if (_length > maxMessageBytes)
                return Received.TooBig;
        }

        return received.MessageType == WebSocketMessageType.Text ? Received.Text : Received.Binary;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer!.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Release()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _length = 0;
    }

    public void Dispose() => Release();
}
