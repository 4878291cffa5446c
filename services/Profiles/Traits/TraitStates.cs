namespace Freshet.Profiles.Traits;

/// <summary>The algebra of trait states: pointwise over the cells. What a profile shows is the combination of what its subjects hold, and what a
/// subject holds is the combination of what single events say; so neither order nor grouping matters.</summary>
public static class TraitStates
{
    /// <summary>Days before the window that are still kept: servers whose clocks differ by less than that see the same.</summary>
    public const int SlackDays = 2;

    /// <summary>The combination. A state of another shape, from before a change of the dictionary, gives way.</summary>
    public static TraitState? Combine(TraitRule rule, TraitState? left, TraitState? right)
    {
        left = left?.Shape == rule.Shape ? left : null;
        right = right?.Shape == rule.Shape ? right : null;
        if (left is null || right is null)
        {
            return left ?? right;
        }

        return new TraitState
        {
            Shape = rule.Shape,
            Cells = CombineCells(rule.Cell, left.Cells, right.Cells),
            Last = left.Last is null || right.Last is null ? left.Last ?? right.Last : Stamp.Later(left.Last, right.Last),
        };
    }

    /// <summary>Leaves out days that no reader can see any more; null if nothing remains. Readers never see a difference.</summary>
    public static TraitState? Prune(TraitRule rule, TraitState state, DateTimeOffset now)
    {
        if (rule.Keys != CellKeys.ByDay || state.Shape != rule.Shape)
        {
            return state;
        }

        var oldest = Days.FirstOfWindow(rule.WindowDays, now) - SlackDays;
        var isOld = false;
        for (var i = 0; i < state.Cells.Count && !isOld; i++)
        {
            isOld = Days.Parse(state.Cells[i].Key!) < oldest;
        }

        if (!isOld)
        {
            return state;
        }

        Cell[] kept = [.. state.Cells.Where(cell => Days.Parse(cell.Key!) >= oldest)];
        return kept.Length == 0 ? null : state with { Cells = kept };
    }

    private static IReadOnlyList<Cell> CombineCells(CellRule rule, IReadOnlyList<Cell> left, IReadOnlyList<Cell> right)
    {
        if (left is [{ Key: null } one] && right is [{ Key: null } other])
        {
            return new[] { Cells.Combine(rule, one, other) };
        }

        var combined = new List<Cell>(left.Count + right.Count);
        var l = 0;
        var r = 0;
        while (l < left.Count && r < right.Count)
        {
            var order = string.CompareOrdinal(left[l].Key, right[r].Key);
            combined.Add(order switch
            {
                < 0 => left[l++],
                > 0 => right[r++],
                _ => Cells.Combine(rule, left[l++], right[r++]),
            });
        }

        for (; l < left.Count; l++)
        {
            combined.Add(left[l]);
        }

        for (; r < right.Count; r++)
        {
            combined.Add(right[r]);
        }

        return combined;
    }
}
