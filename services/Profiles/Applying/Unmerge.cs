using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Applying;

/// <summary>An operator's decision that some of a profile's identities are somebody else, and its revocation. The evidence stays; each part gets its own
/// traits back, because trait state is kept per subject.</summary>
public static class Unmerge
{
    /// <summary>Identities whose profiles must be among the states, beside the profile itself: evidence that was rejected because of the merge may count
    /// after the cut. Call again with them until it is empty.</summary>
    public static IReadOnlyList<Guid> Missing(IReadOnlyList<ProfileState> states) =>
        Region.Missing(states, state => state == states[0] || state.Cuts.Any(cut => cut.IsActive));

    /// <param name="states">The profile first, then those that <see cref="Missing"/> asked for.</param>
    /// <param name="part">The identities to part from the rest of the profile; some, not all of its identities.</param>
    /// <param name="by">Who decided it.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="now">The time of the transaction; also the time of the cut.</param>
    /// <param name="newId">Makes ids for the cut and for new profiles.</param>
    /// <exception cref="ArgumentException">The part is empty, is all of the profile, or holds an identity of another profile.</exception>
    public static ApplyOutcome Decide(
        IReadOnlyList<ProfileState> states, IReadOnlyCollection<Guid> part, string by, TraitDictionary traits, DateTimeOffset now, Func<Guid> newId)
    {
        var all = states[0].Identities.Select(identity => identity.Id).ToHashSet();
        if (part.Count == 0 || !all.IsProperSupersetOf(part))
        {
            throw new ArgumentException("Name some, but not all, of the profile's identities.", nameof(part));
        }

        var cut = new IdentityCut
        {
            Id = newId(),
            Part = [.. part.Order()],
            Rest = [.. all.Except(part).Order()],
            At = now,
            By = by,
        };
        return Settle(states, [states[0]], cut, traits, now, newId);
    }

    /// <summary>Takes a cut back: the profiles come together again as far as the evidence joins them.</summary>
    /// <param name="states">The profiles of all identities on both sides of the cut, and those that <see cref="ApplyEvents.Missing"/> would ask for.</param>
    /// <param name="cutId">Which cut.</param>
    /// <param name="by">Who revoked it.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="now">The time of the transaction; also the time of the revocation.</param>
    /// <param name="newId">Makes ids for new profiles.</param>
    /// <exception cref="ArgumentException">No state has such a cut in force.</exception>
    public static ApplyOutcome Revoke(
        IReadOnlyList<ProfileState> states, Guid cutId, string by, TraitDictionary traits, DateTimeOffset now, Func<Guid> newId)
    {
        ProfileState[] holders = [.. states.Where(state => state.Cuts.Any(cut => cut.Id == cutId && cut.IsActive))];
        if (holders.Length == 0)
        {
            throw new ArgumentException("None of the profiles has such a cut in force.", nameof(cutId));
        }

        var revoked = holders[0].Cuts.First(cut => cut.Id == cutId) with { RevokedAt = now, RevokedBy = by };
        return Settle(states, holders, revoked, traits, now, newId);
    }

    private static ApplyOutcome Settle(
        IReadOnlyList<ProfileState> states, IReadOnlyList<ProfileState> holders, IdentityCut cut, TraitDictionary traits, DateTimeOffset now, Func<Guid> newId)
    {
        var drafts = new DraftSet(states, new Dictionary<Guid, Guid>());
        var first = drafts.Of(states[0].ProfileId);
        foreach (var state in holders)
        {
            drafts.Of(state.ProfileId).Set(cut);
        }

        foreach (var draft in drafts.Drafts)
        {
            draft.NeedsGrouping = true;
            DraftSet.Join(draft, first);
        }

        return Regrouping.Settle(drafts, [], traits, now, newId);
    }
}
