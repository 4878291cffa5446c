using Freshet.Profiles.Dictionary;

namespace Freshet.Profiles.Traits;

/// <summary>How one cell combines.</summary>
public enum CellRule
{
    Latest = 0,
    Earliest = 1,
    Largest = 2,
    Smallest = 3,
    Total = 4,
    Count = 5,
    Union = 6,
    Distinct = 7,
}

/// <summary>What a trait's cells stand for.</summary>
public enum CellKeys
{
    /// <summary>One cell for everything.</summary>
    None = 0,

    /// <summary>A cell per source.</summary>
    BySource = 1,

    /// <summary>A cell per UTC day.</summary>
    ByDay = 2,
}

/// <summary>A trait's definition, seen as algebra: policies and aggregates are the same few rules over differently keyed cells.</summary>
/// <param name="Cell">How one cell combines.</param>
/// <param name="Keys">What its cells stand for.</param>
/// <param name="Values">The type of the values, which decides what is larger.</param>
/// <param name="WindowDays">For cells by day: how many days count.</param>
/// <param name="KeepsLast">Whether the latest contributor is the provenance, rather than a cell's winner.</param>
public sealed record TraitRule(CellRule Cell, CellKeys Keys, TraitType Values, int WindowDays, bool KeepsLast)
{
    /// <summary>Cells of equal shape can be combined: a trait may change from latest to maximum and keep what it knows.</summary>
    public string Shape { get; } = CellShapes.Of(Cell, Keys);

    public static TraitRule Of(TraitDefinition definition) => definition.Computed is { } computed
        ? OfAggregate(computed, definition.Type)
        : OfPolicy(definition.Policy, definition.Type);

    private static TraitRule OfPolicy(TraitPolicy policy, TraitType type) => policy switch
    {
        TraitPolicy.Latest => new(CellRule.Latest, CellKeys.None, type, 0, KeepsLast: false),
        TraitPolicy.First => new(CellRule.Earliest, CellKeys.None, type, 0, KeepsLast: false),
        TraitPolicy.Max => new(CellRule.Largest, CellKeys.None, type, 0, KeepsLast: false),
        TraitPolicy.Min => new(CellRule.Smallest, CellKeys.None, type, 0, KeepsLast: false),
        TraitPolicy.Sum => new(CellRule.Total, CellKeys.None, type, 0, KeepsLast: true),
        TraitPolicy.Union => new(CellRule.Union, CellKeys.None, type, 0, KeepsLast: true),
        TraitPolicy.SourcePriority => new(CellRule.Latest, CellKeys.BySource, type, 0, KeepsLast: false),
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "Unknown policy."),
    };

    private static TraitRule OfAggregate(Computation computed, TraitType type)
    {
        var keys = computed.WindowDays is null ? CellKeys.None : CellKeys.ByDay;
        var cell = computed.Aggregate switch
        {
            Aggregate.Count => CellRule.Count,
            Aggregate.Sum => CellRule.Total,
            Aggregate.Min => CellRule.Smallest,
            Aggregate.Max => CellRule.Largest,
            Aggregate.First => CellRule.Earliest,
            Aggregate.Last => CellRule.Latest,
            Aggregate.Distinct => CellRule.Distinct,
            _ => throw new ArgumentOutOfRangeException(nameof(computed), computed.Aggregate, "Unknown aggregate."),
        };
        return new(cell, keys, type, computed.WindowDays ?? 0, KeepsLast: true);
    }
}
