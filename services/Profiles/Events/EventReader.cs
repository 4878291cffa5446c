using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sources;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Events;

/// <summary>Picks identities and traits out of a reading, under one source and dictionary.</summary>
internal sealed class EventReader(RawEvent raw, Source source, TraitDictionary traits, Func<string, string, Guid> index)
{
    public RawEvent Raw { get; } = raw;

    /// <summary>Canonical identities, strongest first. Of each namespace the best place wins, so that an order's contact address and its customer's do
    /// not become one person by accident; only aliases name several of a kind.</summary>
    public (IReadOnlyList<IdentityKey> Keys, IReadOnlyList<string> Rejected) IdentitiesOf(EventReading reading)
    {
        var keys = new List<IdentityKey>();
        var rejected = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in source.IdentityPaths.Select(path => (path.Key, Paths.Find(reading.Body, path.Value))).Concat(reading.Identities))
        {
            if (Json.IsAbsent(value) || (!reading.IsAlias && keys.Exists(key => key.Namespace == name)))
            {
                continue;
            }

            if (TextOf(value) is { } text && CanonicalIdentity.Of(name, text) is { } canonical)
            {
                keys.Add(new IdentityKey(index(name, canonical), name, canonical));
            }
            else
            {
                rejected.Add(name);
            }
        }

        return ([.. keys.DistinctBy(key => key.Id).OrderBy(key => IdentityNamespaces.Strength(key.Namespace))], [.. rejected]);
    }

    public (IReadOnlyDictionary<string, JsonElement> Values, IReadOnlyList<string> Rejected) TraitsOf(EventReading reading)
    {
        var found = new Dictionary<string, JsonElement>();
        foreach (var (name, path) in source.TraitPaths)
        {
            Find(name, Paths.Find(reading.Body, path), found);
        }

        foreach (var member in reading.TraitSources.SelectMany(place => place.EnumerateObject()))
        {
            if (traits.FindMember(member.Name) is { } trait)
            {
                Find(trait.Name, member.Value, found);
            }
        }

        return Typed(found);
    }

    private static void Find(string name, JsonElement value, Dictionary<string, JsonElement> found)
    {
        if (value.ValueKind != JsonValueKind.Undefined)
        {
            found.TryAdd(name, value);
        }
    }

    private (IReadOnlyDictionary<string, JsonElement> Values, IReadOnlyList<string> Rejected) Typed(Dictionary<string, JsonElement> found)
    {
        var typed = new Dictionary<string, JsonElement>();
        var rejected = new List<string>();
        foreach (var (name, value) in found)
        {
            if (traits.Find(name) is not { Computed: null } trait)
            {
                continue;
            }

            if (value.ValueKind == JsonValueKind.Null ? Observation.CanBeCleared(trait.Policy) : TraitValues.TryCoerce(trait.Type, value, out _))
            {
                typed.Add(name, value.ValueKind == JsonValueKind.Null ? value : Coerce(trait.Type, value));
            }
            else
            {
                rejected.Add(name);
            }
        }

        return (typed, rejected);
    }

    private static JsonElement Coerce(TraitType type, JsonElement value) => TraitValues.TryCoerce(type, value, out var typed) ? typed : default;

    /// <summary>Ids are often numbers: they are taken as they were written.</summary>
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => Json.RawText(value),
        _ => null,
    };
}
