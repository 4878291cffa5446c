using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sources;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Events;

/// <summary>Picks identities and traits out of a reading, under one source and dictionary.</summary>
internal sealed class EventReader(RawEvent raw, Source source, TraitDictionary traits, Func<string, string, Guid> index)
{
    private readonly Func<string, string, Guid> index = index;

    public RawEvent Raw { get; } = raw;

    /// <summary>Canonical identities, strongest first. Of each namespace the best place wins, so that an order's contact address and its customer's do
    /// not become one person by accident; only aliases name several of a kind.</summary>
    public (IReadOnlyList<IdentityKey> Keys, IReadOnlyList<string> Rejected) IdentitiesOf(EventReading reading)
    {
        var found = new Found(this, reading);
        foreach (var (name, path) in source.IdentityPaths)
        {
            found.Add(name, Paths.Find(reading.Body, path));
        }

        foreach (var (name, value) in reading.Identities)
        {
            found.Add(name, value);
        }

        return (found.Keys, found.Rejected is { } rejected ? [.. rejected] : []);
    }

    public (IReadOnlyDictionary<string, JsonElement> Values, IReadOnlyList<RejectedValue> Rejected) TraitsOf(EventReading reading)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var (name, path) in source.TraitPaths)
        {
            var value = Paths.Find(reading.Body, path);
            if (value.ValueKind != JsonValueKind.Undefined && traits.Find(name) is { Computed: null })
            {
                values.TryAdd(name, value);
            }
        }

        foreach (var place in reading.TraitSources)
        {
            foreach (var member in place.EnumerateObject())
            {
                if (traits.FindMember(member) is { } trait)
                {
                    values.TryAdd(trait.Name, member.Value);
                }
            }
        }

        var rejected = TakeFirsts(reading, values);
        var mistyped = Type(values, reading);
        return (values, rejected is null ? mistyped ?? [] : [.. rejected, .. mistyped ?? []]);
    }

    /// <summary>Adds the values that are to count only where nothing was known before.</summary>
    /// <returns>Those whose trait would take them at any time; null if there are no such values.</returns>
    private List<RejectedValue>? TakeFirsts(EventReading reading, Dictionary<string, JsonElement> values)
    {
        if (reading.FirstTraitSources.Count == 0)
        {
            return null;
        }

        var rejected = new List<RejectedValue>();
        foreach (var member in reading.FirstTraitSources.SelectMany(place => place.EnumerateObject()))
        {
            if (traits.FindMember(member) is not { } trait || values.ContainsKey(trait.Name))
            {
                continue;
            }

            if (trait.Policy == TraitPolicy.First)
            {
                values.Add(trait.Name, member.Value);
            }
            else
            {
                rejected.Add(new RejectedValue(trait.Name, RejectedValue.NotFirst));
            }
        }

        return rejected;
    }

    /// <summary>Gives the values their types in place, and takes out those that do not fit: a dictionary lets its entries be replaced and removed
    /// while it is enumerated.</summary>
    /// <returns>Those that do not fit; null if all do.</returns>
    private List<RejectedValue>? Type(Dictionary<string, JsonElement> values, EventReading reading)
    {
        List<RejectedValue>? rejected = null;
        foreach (var (name, value) in values)
        {
            var trait = traits.Find(name)!;
            var isNull = value.ValueKind == JsonValueKind.Null;
            if (isNull && trait.Missing != MissingPolicy.Keep && Observation.CanBeCleared(trait.Policy))
            {
                continue;
            }

            var typed = value;
            var fault = isNull ? RejectedValue.NotClearable : TryType(trait, value, reading, out typed);
            if (fault is null)
            {
                values[name] = typed;
                continue;
            }

            values.Remove(name);
            if (!isNull || trait.Missing != MissingPolicy.Keep)
            {
                (rejected ??= []).Add(new RejectedValue(name, fault));
            }
        }

        return rejected;
    }

    /// <returns>Why it does not fit; null if it does.</returns>
    private string? TryType(TraitDefinition trait, JsonElement value, EventReading reading, out JsonElement typed) =>
        TraitValues.Coerce(trait.Type, value, out typed)
        ?? traits.ChecksOf(trait)?.Take(ref typed, trait.Format == TextFormat.Phone && LacksCountry(typed) ? CountryOf(reading) : null);

    /// <summary>Whether a telephone number, or one of a list, was written without its country.</summary>
    private static bool LacksCountry(JsonElement numbers) => numbers.ValueKind == JsonValueKind.Array
        ? numbers.EnumerateArray().Any(LacksCountry)
        : TelephoneNumbers.NeedsCountry(numbers.GetString()!);

    /// <summary>The country for telephone numbers without one: what the event itself says, else the source's. Never what the profile knows, since
    /// then the order of arrival would matter.</summary>
    private string? CountryOf(EventReading reading)
    {
        foreach (var name in traits.Countries)
        {
            if (source.TraitPaths.TryGetValue(name, out var path) && CountryIn(Paths.Find(reading.Body, path)) is { } placed)
            {
                return placed;
            }

            foreach (var place in reading.TraitSources)
            {
                foreach (var member in place.EnumerateObject())
                {
                    if (traits.FindMember(member)?.Name == name && CountryIn(member.Value) is { } country)
                    {
                        return country;
                    }
                }
            }
        }

        foreach (var place in reading.TraitSources)
        {
            if ((CountryIn(Members.Find(place, "country_code"u8, "countryCode"u8)) ?? CountryIn(Members.Find(place, "country"u8))) is { } country)
            {
                return country;
            }
        }

        return source.DefaultCountry;
    }

    private static string? CountryIn(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? TextFormats.Normalize(TextFormat.Country, value.GetString()!, null) : null;

    /// <summary>The identities found so far.</summary>
    private sealed class Found(EventReader reader, EventReading reading)
    {
        public List<IdentityKey> Keys { get; } = new(2);

        /// <summary>Null: none yet.</summary>
        public SortedSet<string>? Rejected { get; private set; }

        public void Add(string name, JsonElement value)
        {
            if (Json.IsAbsent(value) || (!reading.IsAlias && Has(name)))
            {
                return;
            }

            if (TextOf(value) is { } text && CanonicalIdentity.Of(name, text, CountryFor(name, text)) is { } canonical)
            {
                Insert(new IdentityKey(reader.index(name, canonical), name, canonical));
            }
            else
            {
                (Rejected ??= new SortedSet<string>(StringComparer.Ordinal)).Add(name);
            }
        }

        private string? CountryFor(string name, string text) =>
            name == IdentityNamespaces.Phone && TelephoneNumbers.NeedsCountry(text) ? reader.CountryOf(reading) : null;

        private bool Has(string name)
        {
            foreach (var key in Keys)
            {
                if (key.Namespace == name)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Behind the last one that is not weaker; each identity once.</summary>
        private void Insert(IdentityKey key)
        {
            var strength = IdentityNamespaces.Strength(key.Namespace);
            var place = 0;
            for (var i = 0; i < Keys.Count; i++)
            {
                if (Keys[i].Id == key.Id)
                {
                    return;
                }

                place = IdentityNamespaces.Strength(Keys[i].Namespace) <= strength ? i + 1 : place;
            }

            Keys.Insert(place, key);
        }
    }

    /// <summary>Ids are often numbers: they are taken as they were written.</summary>
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => Json.RawText(value),
        _ => null,
    };
}
