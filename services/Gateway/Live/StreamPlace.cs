using System.Globalization;

namespace Freshet.Gateway.Live;

/// <summary>A place in the change stream, in the order of the stream. Its text is <c>milliseconds-sequence</c>.</summary>
public readonly record struct StreamPlace(ulong Milliseconds, ulong Sequence) : IComparable<StreamPlace>
{
    /// <summary>Before every entry.</summary>
    public static StreamPlace Beginning => default;

    public static bool TryParse(string? text, out StreamPlace place)
    {
        place = default;
        var dash = text?.IndexOf('-') ?? -1;
        if (dash < 1
            || !ulong.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || !ulong.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        place = new StreamPlace(milliseconds, sequence);
        return true;
    }

    /// <summary>A cursor that the stream itself gave.</summary>
    public static StreamPlace Of(string cursor) =>
        TryParse(cursor, out var place) ? place : throw new FormatException("The change stream gave a cursor that is not one.");

    public int CompareTo(StreamPlace other)
    {
        var milliseconds = Milliseconds.CompareTo(other.Milliseconds);
        return milliseconds != 0 ? milliseconds : Sequence.CompareTo(other.Sequence);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");

    public static bool operator <(StreamPlace left, StreamPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(StreamPlace left, StreamPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(StreamPlace left, StreamPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(StreamPlace left, StreamPlace right) => left.CompareTo(right) >= 0;
}
