using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Reading;

/// <summary>A trait's value at a moment. Sliding windows move by whole UTC days without any event, so readers ask at reading time.</summary>
public static class WindowedTraits
{
    /// <summary>The value; JSON null where the trait was cleared, undefined where there is none. Counts, sums and numbers of different values of nothing
    /// at all are 0.</summary>
    /// <param name="view">The trait as the profile's document has it; null if it has not.</param>
    /// <param name="trait">Its definition.</param>
    /// <param name="now">The moment.</param>
    public static JsonElement ValueAt(TraitView? view, TraitDefinition trait, DateTimeOffset now)
    {
        if (view?.Days is null)
        {
            return view?.Value ?? OfNothing(trait);
        }

        var rule = TraitRule.Of(trait);
        var first = Days.FirstOfWindow(rule.WindowDays, now);
        var today = Days.Of(now);
        DayBucketView[] days = [.. view.Days.Where(day => day.Day >= first && day.Day <= today)];
        return days.Length == 0 ? OfNothing(trait) : Aggregate(rule, trait, days);
    }

    private static JsonElement OfNothing(TraitDefinition trait) =>
        trait.Computed?.Aggregate is Dictionary.Aggregate.Count or Dictionary.Aggregate.Sum or Dictionary.Aggregate.Distinct
            ? Json.Number(0)
            : default;

    /// <summary>The days ascend, so the earliest is the first and the latest the last.</summary>
    private static JsonElement Aggregate(TraitRule rule, TraitDefinition trait, DayBucketView[] days) => rule.Cell switch
    {
        CellRule.Count => Json.Number(days.Sum(day => day.Value.GetInt64())),
        CellRule.Total => TraitViews.TotalOf(rule.Values, days.Select(day => day.Value.GetString()!).Aggregate(ExactNumber.Sum)),
        CellRule.Distinct => Json.Number(DistinctSketch.Estimate(days.Select(day => day.Value.GetString()!).Aggregate(DistinctSketch.Union))),
        CellRule.Earliest => Fitting(trait, days[0].Value),
        CellRule.Latest => Fitting(trait, days[^1].Value),
        CellRule.Largest => Fitting(trait, days.Select(day => day.Value).Aggregate((one, next) => ValueOrder.Compare(next, one) >= 0 ? next : one)),
        CellRule.Smallest => Fitting(trait, days.Select(day => day.Value).Aggregate((one, next) => ValueOrder.Compare(next, one) <= 0 ? next : one)),
        _ => default,
    };

    private static JsonElement Fitting(TraitDefinition trait, JsonElement value) => TraitValues.Fits(trait, value) ? value : default;
}
