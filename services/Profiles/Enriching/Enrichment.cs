using System.Collections.Frozen;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Enriching;

/// <summary>A table that says more about an event: what one of its values stands for.</summary>
public sealed record Enrichment
{
    /// <summary>The name of its file. Those of a workspace work in the order of their names, so one can look up what another has set.</summary>
    public required string Name { get; init; }

    /// <summary>The trait whose value is looked up; null: a property is.</summary>
    public string? KeyTrait { get; init; }

    /// <summary>The dotted path of the property whose value is looked up; null: a trait is.</summary>
    public string? KeyProperty { get; init; }

    /// <summary>The traits that a row gives values for.</summary>
    public required IReadOnlyList<string> Traits { get; init; }

    /// <summary>By key: the values of <see cref="Traits"/>, of their types; undefined where the table says nothing.</summary>
    public required FrozenDictionary<string, JsonElement[]> Rows { get; init; }

    /// <summary>Of the stored text, so that a table that did not change is not read again. Null: not from the store.</summary>
    public string? Checksum { get; init; }

    /// <summary>How a table writes a value. Null: nothing that a table can be looked up by.</summary>
    public static string? KeyOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Json.RawText(value),
        _ => null,
    };

    /// <summary>Whether values of a type are written in one way only, so that a table can be looked up by them.</summary>
    public static bool CanBeKey(TraitType type) => type is TraitType.String or TraitType.Integer or TraitType.Boolean or TraitType.Date;
}
