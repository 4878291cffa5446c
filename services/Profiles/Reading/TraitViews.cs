using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Reading;

/// <summary>From trait state to what a reader sees of it.</summary>
internal static class TraitViews
{
    public static TraitView? Of(TraitRule rule, TraitDefinition trait, TraitState state, DateTimeOffset now) => rule.Keys switch
    {
        CellKeys.ByDay => Windowed(rule, state, now),
        CellKeys.BySource => OfWinner(trait, MostTrusted(trait, state.Cells)),
        _ => state.Cells[0].Winner is null || rule.KeepsLast ? OfAggregate(rule, trait, state) : OfWinner(trait, state.Cells[0]),
    };

    /// <summary>The value of a cell; undefined where it does not fit what the dictionary says now.</summary>
    public static JsonElement ValueOf(CellRule rule, TraitDefinition trait, Cell cell) => rule switch
    {
        CellRule.Total => TotalOf(trait.Type, cell.Total!),
        CellRule.Count => Json.Number(cell.Count!.Value),
        CellRule.Union => Json.List(cell.Words!),
        CellRule.Distinct => Json.Number(DistinctSketch.Estimate(cell.Hashes!)),
        _ => cell.Value.ValueKind == JsonValueKind.Null || TraitValues.Fits(trait, cell.Value) ? cell.Value : default,
    };

    /// <param name="type">The trait's.</param>
    /// <param name="total">What <see cref="ExactNumber.ToString"/> wrote.</param>
    public static JsonElement TotalOf(TraitType type, string total)
    {
        if (PlainNumber.TryRead(total, out _) && (type != TraitType.Integer || !total.Contains('.')))
        {
            return Json.Number(total);
        }

        var exact = ExactNumber.Parse(total);
        return type == TraitType.Integer ? Json.Number(exact.ToLongRange()) : Json.Number(exact.ToDecimalRange().ToString());
    }

    private static TraitView? OfWinner(TraitDefinition trait, Cell cell)
    {
        var value = ValueOf(CellRule.Latest, trait, cell);
        return value.ValueKind == JsonValueKind.Undefined ? null : View(value, cell.Winner!, TraitOrigin.Observed);
    }

    private static TraitView? OfAggregate(TraitRule rule, TraitDefinition trait, TraitState state)
    {
        var value = ValueOf(rule.Cell, trait, state.Cells[0]);
        var origin = trait.Computed is null ? TraitOrigin.Observed : TraitOrigin.Computed;
        return value.ValueKind == JsonValueKind.Undefined ? null : View(value, state.Last!, origin);
    }

    /// <summary>A source whose latest word is "cleared" has no value, so a less trusted one speaks (unless null is a value of the trait). Unlisted sources are one group, the least trusted.</summary>
    private static Cell MostTrusted(TraitDefinition trait, IReadOnlyList<Cell> cells) => cells
        .OrderBy(cell => cell.Value.ValueKind == JsonValueKind.Null && trait.Missing != MissingPolicy.Null)
        .ThenBy(cell => Rank(trait.SourcePriority, cell.Key!))
        .ThenByDescending(cell => cell.Winner)
        .First();

    private static int Rank(IReadOnlyList<string> priority, string source)
    {
        for (var i = 0; i < priority.Count; i++)
        {
            if (priority[i] == source)
            {
                return i;
            }
        }

        return int.MaxValue;
    }

    /// <summary>Days before the window are gone for readers, whether or not they are still stored. The last event is in the last day, so it is the
    /// provenance as long as there is a day at all.</summary>
    private static TraitView? Windowed(TraitRule rule, TraitState state, DateTimeOffset now)
    {
        var first = Days.FirstOfWindow(rule.WindowDays, now);
        var days = new List<DayBucketView>(state.Cells.Count);
        for (var i = 0; i < state.Cells.Count; i++)
        {
            if (Days.Parse(state.Cells[i].Key!) is var day && day >= first)
            {
                days.Add(new DayBucketView(day, DayValueOf(rule, state.Cells[i])));
            }
        }

        // The cells are in the order of their texts, which is that of the days between 1997 and 2243.
        days.Sort(static (one, other) => one.Day.CompareTo(other.Day));
        return days.Count == 0 ? null : View(default, state.Last!, TraitOrigin.Computed, days);
    }

    private static JsonElement DayValueOf(TraitRule rule, Cell cell) => rule.Cell switch
    {
        CellRule.Total => Json.Text(cell.Total!),
        CellRule.Count => Json.Number(cell.Count!.Value),
        CellRule.Distinct => Json.Text(cell.Hashes!),
        _ => cell.Value,
    };

    private static TraitView View(JsonElement value, Stamp stamp, TraitOrigin origin, IReadOnlyList<DayBucketView>? days = null) => new()
    {
        Value = value,
        ObservedAt = stamp.OccurredAt,
        ReceivedAt = stamp.ReceivedAt,
        Source = stamp.SourceId,
        Event = stamp.EventId,
        Origin = origin,
        Days = days,
    };
}
