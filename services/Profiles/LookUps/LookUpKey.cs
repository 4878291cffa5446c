using Freshet.Profiles.Enriching;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.LookUps;

/// <summary>What a source is asked by.</summary>
/// <param name="Values">Of every place that the look-up names: a namespace of identities, or <c>trait:</c> and a trait.</param>
/// <param name="Identities">Who is asked for, whatever the answer says: those among the values, or the profile's strongest one if there are none.</param>
public sealed record LookUpKey(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Identities)
{
    private const string TraitPrefix = "trait:";

    /// <summary>The trait that a place stands for; null: it stands for an identity.</summary>
    public static string? TraitOf(string place) => place.StartsWith(TraitPrefix, StringComparison.Ordinal) ? place[TraitPrefix.Length..] : null;

    /// <summary>Every place that is to be filled in, each once.</summary>
    public static IEnumerable<string> PlacesOf(LookUpSettings lookUp) => LookUpTemplate.NamespacesIn(lookUp.Url).Union(lookUp.Identities);

    /// <summary>The key of a profile. Null: it lacks an identity or a trait that is needed.</summary>
    public static LookUpKey? Of(LookUpSettings lookUp, ProfileDocument profile, DateTimeOffset now)
    {
        var values = new Dictionary<string, string>();
        foreach (var place in PlacesOf(lookUp))
        {
            if ((TraitOf(place) is { } trait ? ValueOf(profile, trait, now) : IdentityOf(profile, place)) is not { Length: > 0 } value)
            {
                return null;
            }

            values[place] = value;
        }

        var identities = values.Where(value => TraitOf(value.Key) is null).ToDictionary();
        if (identities.Count == 0 && Strongest(profile) is { } strongest)
        {
            identities.Add(strongest.Namespace, strongest.Value);
        }

        return new LookUpKey(values, identities);
    }

    private static string? ValueOf(ProfileDocument profile, string trait, DateTimeOffset now) =>
        profile.Traits.GetValueOrDefault(trait)?.InForceAt(null, now) is { } view ? Enrichment.KeyOf(view.Value) : null;

    // Of several addresses the one that was in use last.
    private static string? IdentityOf(ProfileDocument profile, string name) =>
        profile.Identities.Where(identity => identity.Namespace == name).MaxBy(identity => identity.LastSeenAt)?.Value;

    private static IdentityView? Strongest(ProfileDocument profile) => profile.Identities
        .OrderBy(identity => IdentityNamespaces.Strength(identity.Namespace)).ThenByDescending(identity => identity.LastSeenAt).FirstOrDefault();
}
