using System.Text;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Batches;

/// <summary>
/// The binary form of a batch: a version byte, then filtered counts, then events; numbers and text as <see cref="BinaryWriter"/> writes
/// them. The batch id is not inside: it is where the bytes are kept.
/// </summary>
public static class EventBatchCodec
{
    private const byte Version = 1;

    public static byte[] Encode(EventBatch batch)
    {
        using var memory = new MemoryStream(256 + batch.Events.Sum(raw => raw.Body.Length + 160));
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Version);
        writer.Write7BitEncodedInt(batch.Filtered.Count);
        foreach (var filtered in batch.Filtered)
        {
            writer.Write(filtered.SourceId);
            writer.Write(filtered.Hour.UtcTicks);
            writer.Write7BitEncodedInt(filtered.Count);
        }

        writer.Write7BitEncodedInt(batch.Events.Count);
        foreach (var raw in batch.Events)
        {
            Write(writer, raw);
        }

        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. Bodies share memory with <paramref name="encoded"/>.</summary>
    /// <exception cref="InvalidDataException">Written by a newer version, or cut short.</exception>
    public static EventBatch Decode(Guid batchId, byte[] encoded)
    {
        using var memory = new MemoryStream(encoded, writable: false);
        using var reader = new BinaryReader(memory, Encoding.UTF8);
        try
        {
            if (reader.ReadByte() is var version && version != Version)
            {
                throw new InvalidDataException($"Batch {batchId} has encoding version {version}; this host reads version {Version}. Update it.");
            }

            var filtered = new FilteredCount[reader.Read7BitEncodedInt()];
            for (var i = 0; i < filtered.Length; i++)
            {
                filtered[i] = new FilteredCount(reader.ReadString(), ReadInstant(reader), reader.Read7BitEncodedInt());
            }

            var events = new RawEvent[reader.Read7BitEncodedInt()];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = Read(reader, memory, encoded);
            }

            return new EventBatch { BatchId = batchId, Events = events, Filtered = filtered };
        }
        catch (Exception failure) when (failure is EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The encoding of batch {batchId} is damaged at byte {memory.Position}.", failure);
        }
    }

    /// <summary>One event by itself, as <c>events.raw</c> and <c>dead_letters.raw</c> hold it.</summary>
    public static byte[] EncodeOne(RawEvent raw) => Encode(new EventBatch { BatchId = Guid.Empty, Events = [raw] });

    /// <summary>Reads what <see cref="EncodeOne"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Written by a newer version, or cut short.</exception>
    public static RawEvent DecodeOne(byte[] encoded) => Decode(Guid.Empty, encoded).Events[0];

    private static void Write(BinaryWriter writer, RawEvent raw)
    {
        Span<byte> id = stackalloc byte[16];
        raw.EventId.TryWriteBytes(id, bigEndian: true, out _);
        writer.Write(id);
        writer.Write(raw.SourceId);
        writer.Write(raw.MessageId);
        writer.Write(raw.ReceivedAt.UtcTicks);
        writer.Write((byte)raw.Format);
        writer.Write7BitEncodedInt(raw.Headers.Count);
        foreach (var (name, value) in raw.Headers)
        {
            writer.Write(name);
            writer.Write(value);
        }

        writer.Write7BitEncodedInt(raw.Body.Length);
        writer.Write(raw.Body.Span);
    }

    private static RawEvent Read(BinaryReader reader, MemoryStream memory, byte[] encoded)
    {
        Span<byte> id = stackalloc byte[16];
        reader.ReadExactly(id);
        var (source, message, receivedAt) = (reader.ReadString(), reader.ReadString(), ReadInstant(reader));
        var format = (RawEventFormat)reader.ReadByte();
        var headers = new Dictionary<string, string>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            headers[reader.ReadString()] = reader.ReadString();
        }

        var length = reader.Read7BitEncodedInt();
        var body = new ReadOnlyMemory<byte>(encoded, (int)memory.Position, length);
        memory.Position += length;
        return new RawEvent
        {
            EventId = new Guid(id, bigEndian: true), SourceId = source, MessageId = message, ReceivedAt = receivedAt, Format = format,
            Headers = headers, Body = body,
        };
    }

    private static DateTimeOffset ReadInstant(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);
}
