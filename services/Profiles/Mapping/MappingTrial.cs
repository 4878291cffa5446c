using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Mapping;

/// <summary>One recorded event read twice: as it is read now, and by a mapping that is being tried. Nothing is written.</summary>
/// <param name="Raw">The event.</param>
/// <param name="Before">As its source reads it now.</param>
/// <param name="After">By the mapping that is tried.</param>
public sealed record MappingTrial(RawEvent Raw, TriedReading Before, TriedReading After)
{
    public bool IsChanged => !Before.IsSameAs(After);

    /// <param name="raw">The event. That a replay named a version for it does not count.</param>
    /// <param name="source">Who sent it, with the mapping that is in force.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="tables">What enriches events that are read.</param>
    /// <param name="candidate">What is tried.</param>
    public static MappingTrial Run(RawEvent raw, Source source, TraitDictionary traits, IReadOnlyList<Enrichment> tables, CompiledMapping candidate)
    {
        var plain = raw with { Headers = EventMapping.WithoutVersion(raw.Headers) };
        var tried = source with { Mapping = new EventMapping(candidate, MappingSet.Empty) };
        return new MappingTrial(plain, TriedReading.Of(plain, source, traits, tables), TriedReading.Of(plain, tried, traits, tables));
    }
}

/// <summary>What reading an event comes to, for people.</summary>
public sealed record TriedReading
{
    /// <summary>Null if it is refused.</summary>
    public string? Type { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }

    public IReadOnlyList<IdentityKey> Identities { get; init; } = [];

    /// <summary>Of the dictionary's traits, by name, with those that tables add.</summary>
    public IReadOnlyDictionary<string, JsonElement> Traits { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Undefined if there are none.</summary>
    public JsonElement Properties { get; init; }

    /// <summary>Traits whose value does not fit the dictionary's type.</summary>
    public IReadOnlyList<string> RejectedTraits { get; init; } = [];

    /// <summary>Set if it would be parked.</summary>
    public EventRefusal? Refusal { get; init; }

    internal static TriedReading Of(RawEvent raw, Source source, TraitDictionary traits, IReadOnlyList<Enrichment> tables) => ReadEvent.Decide(raw, source, traits, EventIds.From) switch
    {
        ReadResult.Read read => new TriedReading
        {
            Type = read.Event.Type,
            OccurredAt = read.Event.OccurredAt,
            Identities = read.Event.Identities,
            Traits = EnrichEvent.Decide(read.Event, tables, traits).Traits,
            Properties = read.Event.Properties,
            RejectedTraits = [.. read.RejectedValues.Select(rejected => rejected.Trait)],
        },
        ReadResult.Refused refused => new TriedReading { Refusal = refused.Refusal },
        _ => throw new InvalidOperationException("Reading has two outcomes."),
    };

    internal bool IsSameAs(TriedReading other) =>
        (Type, OccurredAt, Refusal) == (other.Type, other.OccurredAt, other.Refusal)
        && Identities.SequenceEqual(other.Identities)
        && RejectedTraits.SequenceEqual(other.RejectedTraits)
        && Traits.Count == other.Traits.Count
        && Traits.All(trait => other.Traits.TryGetValue(trait.Key, out var value) && JsonElement.DeepEquals(trait.Value, value))
        && AreSame(Properties, other.Properties);

    private static bool AreSame(JsonElement one, JsonElement other) =>
        one.ValueKind == JsonValueKind.Undefined || other.ValueKind == JsonValueKind.Undefined ? one.ValueKind == other.ValueKind : JsonElement.DeepEquals(one, other);
}
