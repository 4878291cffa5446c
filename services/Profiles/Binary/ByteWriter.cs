using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Freshet.Profiles.Binary;

/// <summary>Writes the compact forms that the seals hold, into a pooled buffer: dispose it when the bytes were used. Not for several threads.</summary>
internal ref struct ByteWriter(int capacity)
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int length;

    /// <summary>What was written; valid until the next write and until disposal.</summary>
    public readonly ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    // Cleared, because the next renter is a stranger and these are a person's values.
    public readonly void Dispose()
    {
        buffer.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Bytes with their length before them.</summary>
    public void Block(ReadOnlySpan<byte> value)
    {
        Number((ulong)value.Length);
        Bytes(value);
    }

    public void Id(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    public void Instant(DateTimeOffset value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value.UtcTicks);

    /// <summary>Seven bits to a byte, the lowest first.</summary>
    public void Number(ulong value)
    {
        var target = Take(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[used++] = (byte)(value | 0x80);
        }

        target[used++] = (byte)value;
        length -= 10 - used;
    }

    public void Text(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Number((ulong)size);
        Encoding.UTF8.GetBytes(value, Take(size));
    }

    /// <summary>Where a block begins whose length is not known yet: <see cref="EndBlock"/> puts it there.</summary>
    public int BeginBlock()
    {
        Take(4);
        return length;
    }

    public readonly void EndBlock(int start) => BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(start - 4), length - start);

    public void Int(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    private Span<byte> Take(int count)
    {
        if (buffer.Length - length < count)
        {
            Grow(count);
        }

        var taken = buffer.AsSpan(length, count);
        length += count;
        return taken;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + count));
        buffer.AsSpan(0, length).CopyTo(larger);
        Dispose();
        buffer = larger;
    }
}
