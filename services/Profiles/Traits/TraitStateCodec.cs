using System.Runtime.InteropServices;
using Freshet.Profiles.Binary;

namespace Freshet.Profiles.Traits;

/// <summary>The compact form of one trait's state. It stands for itself, so that an untouched one is carried over as the bytes it came as.</summary>
internal static class TraitStateCodec
{
    [Flags]
    private enum Members
    {
        None = 0,
        Key = 1,
        Value = 2,
        Winner = 4,
        Total = 8,
        Count = 16,
        Words = 32,
        Hashes = 64,

        /// <summary>The winner is the state's last contributor.</summary>
        WinnerIsLast = 128,
    }

    public static void Write(ref ByteWriter writer, TraitState state)
    {
        writer.Byte(CellShapes.PlaceOf(state.Shape));
        writer.Byte(state.Last is null ? (byte)0 : (byte)1);
        if (state.Last is { } last)
        {
            Write(ref writer, last);
        }

        writer.Number((ulong)state.Cells.Count);
        for (var i = 0; i < state.Cells.Count; i++)
        {
            Write(ref writer, state.Cells[i], state.Last);
        }
    }

    /// <exception cref="InvalidDataException">The shape is newer than this program.</exception>
    public static TraitState Read(ReadOnlySpan<byte> form)
    {
        var reader = new ByteReader(form);
        var shape = CellShapes.At(reader.Byte());
        var last = reader.Byte() == 0 ? null : ReadStamp(ref reader);
        var cells = new Cell[reader.Count()];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = ReadCell(ref reader, last);
        }

        return new TraitState { Shape = shape, Cells = cells, Last = last };
    }

    public static void Write(ref ByteWriter writer, Stamp stamp)
    {
        writer.Instant(stamp.OccurredAt);
        writer.Id(stamp.EventId);
        writer.Text(stamp.SourceId);
        writer.Instant(stamp.ReceivedAt);
    }

    public static Stamp ReadStamp(ref ByteReader reader) => new(reader.Instant(), reader.Id(), reader.Word(), reader.Instant());

    private static void Write(ref ByteWriter writer, Cell cell, Stamp? last)
    {
        var members = MembersOf(cell, last);
        writer.Byte((byte)members);
        if (cell.Key is { } key)
        {
            writer.Text(key);
        }

        if (Has(members, Members.Value))
        {
            writer.Block(JsonMarshal.GetRawUtf8Value(cell.Value));
        }

        if (Has(members, Members.Winner))
        {
            Write(ref writer, cell.Winner!);
        }

        WriteAggregate(ref writer, cell);
    }

    private static void WriteAggregate(ref ByteWriter writer, Cell cell)
    {
        if (cell.Total is { } total)
        {
            writer.Text(total);
        }

        if (cell.Count is { } count)
        {
            writer.Number((ulong)count);
        }

        if (cell.Words is { } words)
        {
            writer.Number((ulong)words.Count);
            for (var i = 0; i < words.Count; i++)
            {
                writer.Text(words[i]);
            }
        }

        if (cell.Hashes is { } hashes)
        {
            writer.Block(Convert.FromBase64String(hashes));
        }
    }

    private static Members MembersOf(Cell cell, Stamp? last)
    {
        var winner = cell.Winner is null ? Members.None : cell.Winner == last ? Members.WinnerIsLast : Members.Winner;
        return winner
            | (cell.Key is null ? Members.None : Members.Key)
            | (cell.Value.ValueKind == System.Text.Json.JsonValueKind.Undefined ? Members.None : Members.Value)
            | (cell.Total is null ? Members.None : Members.Total)
            | (cell.Count is null ? Members.None : Members.Count)
            | (cell.Words is null ? Members.None : Members.Words)
            | (cell.Hashes is null ? Members.None : Members.Hashes);
    }

    private static bool Has(Members members, Members one) => (members & one) == one;

    // In the order in which they were written: the initializers of an object run from top to bottom.
    private static Cell ReadCell(ref ByteReader reader, Stamp? last)
    {
        var members = (Members)reader.Byte();
        return new Cell
        {
            Key = Has(members, Members.Key) ? reader.Word() : null,
            Value = Has(members, Members.Value) ? Json.Read(reader.Block()) : default,
            Winner = Has(members, Members.Winner) ? ReadStamp(ref reader) : Has(members, Members.WinnerIsLast) ? last : null,
            Total = Has(members, Members.Total) ? reader.Text() : null,
            Count = Has(members, Members.Count) ? (long)reader.Number() : null,
            Words = Has(members, Members.Words) ? ReadWords(ref reader) : null,
            Hashes = Has(members, Members.Hashes) ? Convert.ToBase64String(reader.Block()) : null,
        };
    }

    private static string[] ReadWords(ref ByteReader reader)
    {
        var words = new string[reader.Count()];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = reader.Text();
        }

        return words;
    }
}
