using System.Buffers.Binary;
using System.Text;

namespace Freshet.Profiles.Binary;

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
/// <exception cref="ArgumentOutOfRangeException">From every member: the bytes end too early.</exception>
/// <exception cref="InvalidDataException">From every member: a number in them cannot be.</exception>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public ReadOnlySpan<byte> Take(int count)
    {
        var taken = bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    public ReadOnlySpan<byte> Block() => Take(Count());

    public Guid Id() => new(Take(16), bigEndian: true);

    public DateTimeOffset Instant() => new(BinaryPrimitives.ReadInt64LittleEndian(Take(8)), TimeSpan.Zero);

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                break;
            }
        }

        return value;
    }

    /// <summary>A number of things of at least one byte each, so that damaged bytes cannot ask for more memory than they have themselves.</summary>
    public int Count() => Number() is var count && count <= (ulong)(bytes.Length - Position)
        ? (int)count
        : throw new InvalidDataException("The bytes are fewer than they say.");

    public string Text() => Encoding.UTF8.GetString(Block());

    /// <summary>Text of which there are few different ones: names of traits, sources, namespaces.</summary>
    public string Word() => Words.Of(Block());
}
