namespace Freshet.Profiles.Traits;

/// <summary>Which cells can be combined with which: they have the same members and stand for the same.</summary>
internal static class CellShapes
{
    /// <summary>Stored states name a shape by its place here: add at the end.</summary>
    public static readonly string[] All =
    [
        "value", "value/source", "value/day", "total", "total/source", "total/day", "count", "count/source", "count/day",
        "union", "union/source", "union/day", "distinct", "distinct/source", "distinct/day",
    ];

    public static string Of(CellRule rule, CellKeys keys) => All[(KindOf(rule) * 3) + (int)keys];

    /// <exception cref="InvalidDataException">No shape of this program has that place.</exception>
    public static string At(byte place) => place < All.Length
        ? All[place]
        : throw new InvalidDataException($"A stored trait state has shape {place}, this program knows 0 to {All.Length - 1}. Upgrade the program that reads it.");

    /// <exception cref="ArgumentException">The shape is none of <see cref="All"/>: it would be stored as one that nobody can read.</exception>
    public static byte PlaceOf(string shape) => Array.IndexOf(All, shape) is >= 0 and var place
        ? (byte)place
        : throw new ArgumentException($"'{shape}' is no shape of a trait state. Add it at the end of {nameof(CellShapes)}.{nameof(All)}.", nameof(shape));

    private static int KindOf(CellRule rule) => rule switch
    {
        CellRule.Total => 1,
        CellRule.Count => 2,
        CellRule.Union => 3,
        CellRule.Distinct => 4,
        _ => 0,
    };
}
