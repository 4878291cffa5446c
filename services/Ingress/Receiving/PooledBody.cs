using System.Buffers;

namespace Freshet.Ingress.Receiving;

/// <summary>A request's body in pooled memory. Dispose gives the memory back; nobody may read it afterwards.</summary>
public sealed class PooledBody(int capacity) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 256));

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>Room for at least one more byte.</summary>
    public Memory<byte> Room()
    {
        if (Length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * Length);
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(Length);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room().Span;
            var fits = Math.Min(room.Length, bytes.Length);
            bytes[..fits].CopyTo(room);
            Advance(fits);
            bytes = bytes[fits..];
        }
    }

    public void Advance(int written) => Length += written;

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        Length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
