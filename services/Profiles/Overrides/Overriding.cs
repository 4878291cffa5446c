using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Overrides;

/// <summary>What overrides do to a profile. Pure.</summary>
public static class Overriding
{
    /// <summary>What stands as the source of a value that a person set.</summary>
    public const string Source = "override";

    /// <summary>Those that have not expired; the same list as long as none has.</summary>
    public static IReadOnlyList<TraitOverride> Active(IReadOnlyList<TraitOverride> overrides, DateTimeOffset now)
    {
        for (var i = 0; i < overrides.Count; i++)
        {
            if (overrides[i].ExpiresAt <= now)
            {
                return [.. overrides.Where(one => one.ExpiresAt > now)];
            }
        }

        return overrides;
    }

    /// <summary>The profile with one more; others of the same trait give way.</summary>
    public static ApplyOutcome Set(ProfileState state, TraitOverride added, TraitDictionary traits, DateTimeOffset now) =>
        Outcome(state, [.. state.Overrides.Where(one => one.Trait != added.Trait), added], traits, now);

    /// <summary>The profile without any for a trait. Null: it has none.</summary>
    public static ApplyOutcome? Remove(ProfileState state, string trait, TraitDictionary traits, DateTimeOffset now) =>
        Active(state.Overrides, now).Any(one => one.Trait == trait)
            ? Outcome(state, [.. state.Overrides.Where(one => one.Trait != trait)], traits, now)
            : null;

    /// <summary>The profiles without what has expired; those that have nothing of the kind are left out.</summary>
    public static ApplyOutcome Expire(IEnumerable<ProfileState> states, TraitDictionary traits, DateTimeOffset now)
    {
        ApplyOutcome[] outcomes =
        [
            .. states.Where(state => !ReferenceEquals(Active(state.Overrides, now), state.Overrides)).Select(state => Outcome(state, state.Overrides, traits, now)),
        ];
        return new ApplyOutcome
        {
            States = [.. outcomes.SelectMany(outcome => outcome.States)],
            Documents = [.. outcomes.SelectMany(outcome => outcome.Documents)],
            Changes = [.. outcomes.SelectMany(outcome => outcome.Changes)],
            Moved = new Dictionary<Guid, Guid>(),
            Placements = [],
        };
    }

    /// <summary>Lays what is in force over what sources say. Of several for one trait the latest is on top, and the others are below it in their order.</summary>
    /// <param name="views">By trait; changed in place.</param>
    /// <param name="overrides">Of the profile.</param>
    /// <param name="traits">The dictionary. A trait that it dropped, or that no longer can have the value, is left alone.</param>
    /// <param name="at">The moment.</param>
    internal static void Lay(Dictionary<string, TraitView> views, IReadOnlyList<TraitOverride> overrides, TraitDictionary traits, DateTimeOffset at)
    {
        foreach (var one in overrides.Where(one => one.ExpiresAt > at).OrderBy(one => one.SetAt).ThenBy(one => one.Id))
        {
            if (traits.Find(one.Trait) is { } trait && TraitValues.Fits(trait, one.Value))
            {
                views[one.Trait] = View(one, views.GetValueOrDefault(one.Trait));
            }
        }
    }

    /// <summary>For readers, the trait's latest first. Null: none is in force, as nearly always.</summary>
    internal static IReadOnlyList<OverrideView>? Views(IReadOnlyList<TraitOverride> overrides, DateTimeOffset at) => overrides.Count == 0
        ? null
        : [.. overrides.Where(one => one.ExpiresAt > at)
            .OrderBy(one => one.Trait, StringComparer.Ordinal).ThenByDescending(one => one.SetAt).ThenByDescending(one => one.Id)
            .Select(one => new OverrideView(one.Id, one.Trait, one.Value, one.Reason, one.By, one.SetAt, one.ExpiresAt))];

    private static TraitView View(TraitOverride one, TraitView? below) => new()
    {
        Value = one.Value,
        ObservedAt = one.SetAt,
        ReceivedAt = one.SetAt,
        Source = Source,
        Event = one.Id,
        Origin = TraitOrigin.Override,
        Until = one.ExpiresAt,
        Below = below,
    };

    private static ApplyOutcome Outcome(ProfileState before, IReadOnlyList<TraitOverride> overrides, TraitDictionary traits, DateTimeOffset now)
    {
        var after = before with { Version = before.Version + 1, UpdatedAt = now, Overrides = Active(overrides, now) };
        var document = ProfileView.Build(after, traits, now) with { KeepsIdentities = true };
        return new ApplyOutcome
        {
            States = [after],
            Documents = [document],
            Changes = ProfileChanges.Of(new Draft(before), after, document, traits, now) is { } change ? [change] : [],
            Moved = new Dictionary<Guid, Guid>(),
            Placements = [],
        };
    }
}
