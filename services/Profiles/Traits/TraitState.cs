using System.Text.Json.Serialization;

namespace Freshet.Profiles.Traits;

/// <summary>What is remembered of one trait for one subject. Combined in any order.</summary>
public sealed record TraitState
{
    /// <summary>Which kind of cells these are (<see cref="TraitRule.Shape"/>). A dictionary that changes the kind starts the trait over.</summary>
    [JsonPropertyName("k")]
    public required string Shape { get; init; }

    /// <summary>In ordinal order of their keys, each key once.</summary>
    [JsonPropertyName("c")]
    public required IReadOnlyList<Cell> Cells { get; init; }

    /// <summary>The latest event that contributed; null where the cell's winner is the provenance.</summary>
    [JsonPropertyName("l")]
    public Stamp? Last { get; init; }
}
