using System.Text.Json;
using System.Text.Json.Serialization;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Reading;

/// <summary>A profile as readers see it: what Redis holds per profile, and what PostgreSQL gives when Redis is away.</summary>
public sealed record ProfileDocument
{
    public required Guid Id { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>By trait name. Traits that have neither value nor history are absent.</summary>
    public required IReadOnlyDictionary<string, TraitView> Traits { get; init; }

    public required IReadOnlyList<IdentityView> Identities { get; init; }

    /// <summary>Values that people set, in force when the document was made: who reads it later leaves out those that have expired since. Null: none.</summary>
    public IReadOnlyList<OverrideView>? Overrides { get; init; }

    /// <summary>The version before this one had the same identities, so the cache need not be told again where they point. Not stored.</summary>
    [JsonIgnore]
    public bool KeepsIdentities { get; init; }
}

/// <summary>A trait's value and where it comes from.</summary>
public sealed record TraitView
{
    /// <summary>Undefined for a windowed trait: use <c>WindowedTraits.ValueAt</c>, since its value changes by itself as days pass.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Value { get; init; }

    public required DateTimeOffset ObservedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string Source { get; init; }

    public required Guid Event { get; init; }

    public required TraitOrigin Origin { get; init; }

    /// <summary>Only for a windowed computed trait: its day buckets.</summary>
    public IReadOnlyList<DayBucketView>? Days { get; init; }

    /// <summary>Only for an override: the first instant at which it does not count any more.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only for an override: what counts after it; null if nothing does.</summary>
    public TraitView? Below { get; init; }

    /// <summary>What counts at a moment: an override ends on time, even where nobody has taken it off the document yet, and a value that has left the
    /// trait's list is none any more, even in a document from before.</summary>
    /// <param name="trait">The definition; null: the dictionary has dropped the trait.</param>
    /// <param name="now">The moment.</param>
    public TraitView? InForceAt(TraitDefinition? trait, DateTimeOffset now)
    {
        var view = this;
        while (view is not null && (view.Until <= now || view.IsUnlisted(trait)))
        {
            view = view.Below;
        }

        return view;
    }

    private bool IsUnlisted(TraitDefinition? trait) =>
        trait is { Type: TraitType.Enum } && Value.ValueKind == JsonValueKind.String && !TraitValues.Fits(trait, Value);
}

/// <summary>One UTC day of a windowed trait.</summary>
/// <param name="Day">Days since 1970-01-01.</param>
/// <param name="Value">The day's aggregate; for distinct, an array of value hashes.</param>
public sealed record DayBucketView(int Day, JsonElement Value);

public enum TraitOrigin
{
    Observed = 0,
    Computed = 1,
    Override = 2,
    Default = 3,
}

public sealed record IdentityView(string Namespace, string Value, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, string Source);
