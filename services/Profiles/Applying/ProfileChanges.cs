using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>What readers see differently. Profiles whose visible traits and identities stayed the same are left out, and so are merged-away ones: the
/// profile that took over has the change.</summary>
internal static class ProfileChanges
{
    public static IEnumerable<ProfileChange> Between(
        IReadOnlyList<Draft> component, IReadOnlyList<ProfileState> after, TraitDictionary traits, DateTimeOffset now)
    {
        var drafts = component.ToDictionary(draft => draft.Before.ProfileId);
        foreach (var state in after.Where(state => state.MergedInto is null))
        {
            drafts.TryGetValue(state.ProfileId, out var draft);
            var before = draft?.Before ?? ProfileState.Fresh(state.ProfileId, now);
            var sameIdentities = before.Identities.Select(identity => identity.Id).SequenceEqual(state.Identities.Select(identity => identity.Id));
            var names = sameIdentities ? draft!.Touched : null;
            TraitChange[] changes =
            [
                .. traits.Traits.Where(trait => names?.Contains(trait.Name) != false)
                    .Select(trait => Between(before, state, trait, traits, now))
                    .OfType<TraitChange>(),
            ];
            if (changes.Length > 0 || !sameIdentities)
            {
                yield return new ProfileChange(state.ProfileId, state.Version, Guid.Empty, changes);
            }
        }
    }

    private static TraitChange? Between(ProfileState before, ProfileState after, TraitDefinition trait, TraitDictionary traits, DateTimeOffset now)
    {
        var rule = traits.RuleOf(trait);
        var oldState = ProfileView.Combined(before, trait.Name, rule);
        var state = ProfileView.Combined(after, trait.Name, rule);
        if (ReferenceEquals(oldState, state))
        {
            return null;
        }

        var old = oldState is null ? null : TraitViews.Of(rule, trait, oldState, now);
        var current = state is null ? null : TraitViews.Of(rule, trait, state, now);
        var oldValue = Visible(WindowedTraits.ValueAt(old, trait, now));
        var value = Visible(WindowedTraits.ValueAt(current, trait, now));
        if ((current ?? old) is not { } provenance || AreEqual(oldValue, value))
        {
            return null;
        }

        return new TraitChange(trait.Name, oldValue, value, provenance.Source, provenance.Event);
    }

    private static JsonElement Visible(JsonElement value) => Json.IsAbsent(value) ? default : value;

    private static bool AreEqual(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Undefined || right.ValueKind == JsonValueKind.Undefined
            ? left.ValueKind == right.ValueKind
            : JsonElement.DeepEquals(left, right);
}
