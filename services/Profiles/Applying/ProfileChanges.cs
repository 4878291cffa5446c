using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>What readers see differently. Profiles whose visible traits and identities stayed the same are left out, and so are merged-away ones: the
/// profile that took over has the change.</summary>
internal static class ProfileChanges
{
    /// <param name="draft">What the profile was; null if it is new.</param>
    /// <param name="after">What it is now.</param>
    /// <param name="document">What readers see of that.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="now">The time of the transaction.</param>
    public static ProfileChange? Of(Draft? draft, ProfileState after, ProfileDocument document, TraitDictionary traits, DateTimeOffset now)
    {
        var before = draft?.Before ?? ProfileState.Fresh(after.ProfileId, now);
        var sameIdentities = HaveSameIdentities(before, after);
        if (before.Overrides.Count + after.Overrides.Count > 0)
        {
            return OfOverridden(before, after, document, sameIdentities, traits, now);
        }

        var changes = new List<TraitChange>();
        foreach (var trait in traits.Traits)
        {
            // With the same identities only what events wrote can differ.
            if ((!sameIdentities || draft!.Touched.Contains(trait)) && Between(before, after, trait, document, traits, now) is { } change)
            {
                changes.Add(change);
            }
        }

        return changes.Count > 0 || !sameIdentities ? new ProfileChange(after.ProfileId, after.Version, Guid.Empty, changes) : null;
    }

    internal static bool HaveSameIdentities(ProfileState before, ProfileState after)
    {
        if (before.Identities.Count != after.Identities.Count)
        {
            return false;
        }

        for (var i = 0; i < before.Identities.Count; i++)
        {
            if (before.Identities[i].Id != after.Identities[i].Id)
            {
                return false;
            }
        }

        return true;
    }

    private static TraitChange? Between(
        ProfileState before, ProfileState after, TraitDefinition trait, ProfileDocument document, TraitDictionary traits, DateTimeOffset now)
    {
        var rule = traits.RuleOf(trait);
        var oldState = ProfileView.Combined(before, trait.Name, rule);
        if (ReferenceEquals(oldState, ProfileView.Combined(after, trait.Name, rule)))
        {
            return null;
        }

        var old = oldState is null ? null : TraitViews.Of(rule, trait, oldState, now);
        return Between(old, document.Traits.GetValueOrDefault(trait.Name), trait, now);
    }

    /// <summary>An override can begin, end or move without an event: everything is compared. What readers saw last is what was in force when the old
    /// state was written; an override that has ended since is taken off by the new one.</summary>
    private static ProfileChange? OfOverridden(
        ProfileState before, ProfileState after, ProfileDocument document, bool sameIdentities, TraitDictionary traits, DateTimeOffset now)
    {
        var old = ProfileView.Build(before, traits, now, before.UpdatedAt);
        TraitChange[] changes =
        [
            .. traits.Traits
                .Select(trait => Between(old.Traits.GetValueOrDefault(trait.Name), document.Traits.GetValueOrDefault(trait.Name), trait, now))
                .OfType<TraitChange>(),
        ];
        return changes.Length > 0 || !sameIdentities ? new ProfileChange(after.ProfileId, after.Version, Guid.Empty, changes) : null;
    }

    private static TraitChange? Between(TraitView? old, TraitView? current, TraitDefinition trait, DateTimeOffset now)
    {
        var oldValue = Visible(WindowedTraits.ValueAt(old, trait, now), trait);
        var value = Visible(WindowedTraits.ValueAt(current, trait, now), trait);
        if ((current ?? old) is not { } provenance || AreEqual(oldValue, value))
        {
            return null;
        }

        return new TraitChange(trait.Name, oldValue, value, provenance.Source, provenance.Event);
    }

    // A null that is a value is told where it stands in for the dictionary's default: readers see that go.
    private static JsonElement Visible(JsonElement value, TraitDefinition trait) =>
        !Json.IsAbsent(value) || (value.ValueKind == JsonValueKind.Null && trait is { Missing: MissingPolicy.Null, Default: not null }) ? value : default;

    private static bool AreEqual(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Undefined || right.ValueKind == JsonValueKind.Undefined
            ? left.ValueKind == right.ValueKind
            : JsonElement.DeepEquals(left, right);
}
