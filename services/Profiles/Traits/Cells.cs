using System.Text.Json;

namespace Freshet.Profiles.Traits;

/// <summary>The algebra of one cell. Every rule is commutative and associative. Winners and sets are idempotent too; totals and counts are not, so
/// each event must be observed once (the event keys see to that).</summary>
public static class Cells
{
    /// <summary>Words that a union keeps: the first of them in ordinal order, so that the cut-off does not depend on who came first.</summary>
    public const int MaxWords = 1000;

    public static Cell Combine(CellRule rule, Cell left, Cell right) => rule switch
    {
        CellRule.Latest => left.Winner! >= right.Winner! ? left : right,
        CellRule.Earliest => Prefer(left, right) ?? (left.Winner! <= right.Winner! ? left : right),
        CellRule.Largest => Prefer(left, right) ?? Outmost(left, right, 1),
        CellRule.Smallest => Prefer(left, right) ?? Outmost(left, right, -1),
        CellRule.Total => left with { Total = ExactNumber.Sum(left.Total!, right.Total!) },
        CellRule.Count => left with { Count = left.Count + right.Count },
        CellRule.Union => left with { Words = Union(left.Words!, right.Words!) },
        CellRule.Distinct => left with { Hashes = DistinctSketch.Union(left.Hashes!, right.Hashes!) },
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown rule."),
    };

    /// <summary>A tombstone (left from a time when the trait was "latest") is no value under the other rules.</summary>
    private static Cell? Prefer(Cell left, Cell right) => (IsTombstone(left), IsTombstone(right)) switch
    {
        (true, false) => right,
        (false, true) => left,
        _ => null,
    };

    private static bool IsTombstone(Cell cell) => cell.Value.ValueKind == JsonValueKind.Null;

    /// <summary>Equal values: the later event, because it confirms the value.</summary>
    private static Cell Outmost(Cell left, Cell right, int direction)
    {
        var order = ValueOrder.Compare(left.Value, right.Value) * direction;
        return order > 0 || (order == 0 && left.Winner! >= right.Winner!) ? left : right;
    }

    private static string[] Union(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var union = new SortedSet<string>(left, StringComparer.Ordinal);
        union.UnionWith(right);
        return [.. union.Take(MaxWords)];
    }
}
