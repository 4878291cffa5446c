using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Traits;

/// <summary>What a single event says about one trait, as trait state.</summary>
public static class Observation
{
    public static Stamp StampOf(CanonicalEvent @event) => new(@event.OccurredAt, @event.EventId, @event.SourceId, @event.ReceivedAt);

    /// <summary>Whether JSON null clears the trait. Under the other policies nothing can be taken back without keeping every observation.</summary>
    public static bool CanBeCleared(TraitPolicy policy) => policy is TraitPolicy.Latest or TraitPolicy.SourcePriority;

    /// <summary>An observed value, already of the trait's type; null if it says nothing under the trait's policy.</summary>
    public static TraitState? OfValue(TraitRule rule, JsonElement value, Stamp stamp)
    {
        if (value.ValueKind == JsonValueKind.Null && rule.Cell != CellRule.Latest)
        {
            return null;
        }

        var cell = CellOf(rule.Cell, value, stamp);
        return cell is null ? null : StateOf(rule, cell, stamp);
    }

    /// <summary>What an event contributes to a computed trait; null if nothing.</summary>
    /// <param name="rule">How the trait combines.</param>
    /// <param name="definition">The trait.</param>
    /// <param name="event">What happened.</param>
    /// <param name="stamp">Of the event.</param>
    /// <param name="isRejected">Whether it contributes nothing because its value is not of the type that the trait computes with.</param>
    public static TraitState? OfEvent(TraitRule rule, TraitDefinition definition, CanonicalEvent @event, Stamp stamp, out bool isRejected)
    {
        isRejected = false;
        var computed = definition.Computed!;
        var cell = computed.Property is { } path
            ? OfProperty(rule, definition, Paths.Find(@event.Properties, path), stamp, out isRejected)
            : OfEventItself(rule, stamp);
        return cell is null ? null : StateOf(rule, cell, stamp);
    }

    private static Cell? OfEventItself(TraitRule rule, Stamp stamp) => rule.Cell switch
    {
        CellRule.Count => new Cell { Count = 1 },
        CellRule.Earliest or CellRule.Latest => new Cell { Value = Json.Text(Instants.Write(stamp.OccurredAt)), Winner = stamp },
        _ => null,
    };

    private static Cell? OfProperty(TraitRule rule, TraitDefinition definition, JsonElement value, Stamp stamp, out bool isRejected)
    {
        isRejected = false;
        if (Json.IsAbsent(value))
        {
            return null;
        }

        switch (rule.Cell)
        {
            case CellRule.Count:
                return new Cell { Count = 1 };
            case CellRule.Distinct:
                return Distinct(value);
            default:
                var type = rule.Cell == CellRule.Total ? TraitType.Decimal : rule.Values;
                var cell = TraitValues.TryCoerce(type, value, out var typed) && (type != TraitType.Enum || TraitChecks.TryFindListed(definition.Values, ref typed))
                    ? CellOf(rule.Cell, typed, stamp)
                    : null;
                isRejected = cell is null;
                return cell;
        }
    }

    /// <summary>An array counts each of its elements.</summary>
    private static Cell? Distinct(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return new Cell { Hashes = DistinctSketch.Of(value) };
        }

        return value.GetArrayLength() == 0
            ? null
            : new Cell { Hashes = value.EnumerateArray().Select(DistinctSketch.Of).Aggregate(DistinctSketch.Union) };
    }

    private static Cell? CellOf(CellRule rule, JsonElement value, Stamp stamp) => rule switch
    {
        CellRule.Total => ExactNumber.TryWrite(value) is { } total ? new Cell { Total = total } : null,
        CellRule.Union => value.ValueKind == JsonValueKind.Array
            ? new Cell { Words = [.. value.EnumerateArray().Select(word => word.GetString()!).Distinct().Order(StringComparer.Ordinal).Take(Cells.MaxWords)] }
            : null,
        _ => new Cell { Value = value, Winner = stamp },
    };

    private static TraitState StateOf(TraitRule rule, Cell cell, Stamp stamp) => new()
    {
        Shape = rule.Shape,
        Cells = new[]
        {
            rule.Keys switch
            {
                CellKeys.BySource => cell with { Key = stamp.SourceId },
                CellKeys.ByDay => cell with { Key = Days.Key(Days.Of(stamp.OccurredAt)) },
                _ => cell,
            },
        },
        Last = rule.KeepsLast ? stamp : null,
    };
}
