using System.Text.Json;
using System.Text.Json.Serialization;

namespace Freshet.Profiles.Traits;

/// <summary>The smallest piece of trait state: what one rule remembers of any number of events. Only the members of its rule are set.</summary>
public sealed record Cell
{
    /// <summary>The day or source that it belongs to; null when the trait has one cell for everything.</summary>
    [JsonPropertyName("k")]
    public string? Key { get; init; }

    /// <summary>Of the winning event: its value. JSON null is a tombstone: the trait was cleared.</summary>
    [JsonPropertyName("v")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Value { get; init; }

    /// <summary>The winning event.</summary>
    [JsonPropertyName("w")]
    public Stamp? Winner { get; init; }

    /// <summary>An exact decimal sum, written out.</summary>
    [JsonPropertyName("x")]
    public string? Total { get; init; }

    [JsonPropertyName("n")]
    public long? Count { get; init; }

    /// <summary>A set of words, in ordinal order.</summary>
    [JsonPropertyName("u")]
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>A set of value hashes: 8 big-endian bytes each, ascending, in base64.</summary>
    [JsonPropertyName("h")]
    public string? Hashes { get; init; }
}
