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

    private static int KindOf(CellRule rule) => rule switch
    {
        CellRule.Total => 1,
        CellRule.Count => 2,
        CellRule.Union => 3,
        CellRule.Distinct => 4,
        _ => 0,
    };
}
