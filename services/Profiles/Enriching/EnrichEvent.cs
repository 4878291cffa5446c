using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Enriching;

/// <summary>Adds to an event what the workspace's tables say of it. Pure: the same event and workspace give the same on every attempt and replay.</summary>
public static class EnrichEvent
{
    /// <summary>The same event if no table says anything. What the event says itself is never replaced.</summary>
    /// <param name="event">As it was read.</param>
    /// <param name="enrichments">In the order of their names.</param>
    /// <param name="traits">The dictionary. What it does not know, or does not take as it is, is left out.</param>
    public static CanonicalEvent Decide(CanonicalEvent @event, IReadOnlyList<Enrichment> enrichments, TraitDictionary traits)
    {
        if (enrichments.Count == 0)
        {
            return @event;
        }

        Dictionary<string, JsonElement>? enriched = null;
        foreach (var enrichment in enrichments)
        {
            if (Find(enrichment, enriched ?? @event.Traits, @event.Properties) is { } row)
            {
                Add(enriched ??= new(@event.Traits), enrichment.Traits, row, traits);
            }
        }

        return enriched is null ? @event : @event with { Traits = enriched };
    }

    private static JsonElement[]? Find(Enrichment enrichment, IReadOnlyDictionary<string, JsonElement> known, JsonElement properties)
    {
        var value = enrichment.KeyTrait is { } trait ? known.GetValueOrDefault(trait)
            : properties.ValueKind == JsonValueKind.Object ? Paths.Find(properties, enrichment.KeyProperty!)
            : default;
        return Enrichment.KeyOf(value) is { } key && enrichment.Rows.TryGetValue(key, out var row) ? row : null;
    }

    private static void Add(Dictionary<string, JsonElement> known, IReadOnlyList<string> names, JsonElement[] row, TraitDictionary traits)
    {
        for (var i = 0; i < row.Length; i++)
        {
            // The Migrator refuses a table with such a value; here it guards against a table that came another way.
            if (traits.Find(names[i]) is { Computed: null } trait && !known.ContainsKey(trait.Name) && TraitValues.Fits(trait.Type, row[i])
                && (TraitValues.Coerce(trait.Type, row[i], out var value) ?? traits.ChecksOf(trait)?.Take(ref value, null)) is null)
            {
                known.Add(trait.Name, value);
            }
        }
    }
}
