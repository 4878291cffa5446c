using System.Text.Json;

namespace Freshet.Profiles.Events;

/// <summary>What a format makes of a body: where to look for identities and traits, best place first.</summary>
internal sealed record EventReading
{
    public required string Type { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The whole body: the source's own paths start here.</summary>
    public required JsonElement Body { get; init; }

    public JsonElement Properties { get; init; }

    public bool IsAlias { get; init; }

    /// <summary>Found identities by namespace, the best of each namespace first. Not yet canonical.</summary>
    public IReadOnlyList<(string Namespace, JsonElement Value)> Identities { get; init; } = [];

    /// <summary>Objects whose members may bear traits' names, the best first.</summary>
    public IReadOnlyList<JsonElement> TraitSources { get; init; } = [];

    /// <summary>Objects whose values count only where nothing was known before: traits whose policy keeps the first one take them, others cannot.</summary>
    public IReadOnlyList<JsonElement> FirstTraitSources { get; init; } = [];

    /// <summary>Set instead of everything else where the body says too little.</summary>
    public EventRefusal? Refusal { get; init; }

    public static EventReading Refuse(string code, string reason, string? place = null) => new()
    {
        Type = "",
        OccurredAt = default,
        Body = default,
        Refusal = new EventRefusal("map", code, reason, place),
    };
}
