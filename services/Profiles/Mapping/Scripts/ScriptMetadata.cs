using System.Text.Json.Serialization;

namespace Freshet.Profiles.Mapping.Scripts;

/// <summary>The second argument of <c>transformEvent</c>.</summary>
internal sealed record ScriptMetadata
{
    public required string Source { get; init; }

    public required string MessageId { get; init; }

    /// <summary>RFC 3339.</summary>
    public required string ReceivedAt { get; init; }

    /// <summary>What the rule says.</summary>
    public required string Type { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ScriptMetadata))]
internal sealed partial class ScriptMetadataContext : JsonSerializerContext;
