using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Applying;

/// <summary>What a batch of events does to the profiles that they name: takes the states as they are stored, gives the states to store. Pure: no
/// clock, no store, no input is changed. Any cutting of a set of events into batches, in any order, ends in the same visible profiles, provided
/// that each event id is applied once (the event keys see to that; twice within one batch is taken care of here).</summary>
public static class ApplyEvents
{
    /// <param name="states">The profiles of all identities of the events, and those that <see cref="Missing"/> asked for.</param>
    /// <param name="owners">Identity to profile, for every identity of the events; each of these profiles is among the states.</param>
    /// <param name="events">What happened.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="now">The time of the transaction.</param>
    /// <param name="newProfileId">Makes an id where late evidence parts a profile.</param>
    public static ApplyOutcome Decide(
        IReadOnlyList<ProfileState> states,
        IReadOnlyDictionary<Guid, Guid> owners,
        IReadOnlyList<CanonicalEvent> events,
        TraitDictionary traits,
        DateTimeOffset now,
        Func<Guid> newProfileId)
    {
        var drafts = new DraftSet(states, owners);
        foreach (var @event in events.DistinctBy(@event => @event.EventId))
        {
            drafts.Apply(@event, traits, now);
        }

        drafts.JoinAcrossCuts();
        return Regrouping.Settle(drafts, events, traits, now, newProfileId);
    }

    /// <summary>Identities whose profiles must be among the states before <see cref="Decide"/> can be exact: call again with them until it is empty.
    /// It nearly always is: only new evidence about profiles that an operator cut apart makes it look further.</summary>
    public static IReadOnlyList<Guid> Missing(IReadOnlyList<ProfileState> states, IReadOnlyList<CanonicalEvent> events)
    {
        if (states.All(state => state.Cuts.Count == 0))
        {
            return [];
        }

        var known = states.SelectMany(state => state.Links).ToLookup(link => (link.A, link.B));
        var isNews = events.SelectMany(AssignProfiles.LinksOf)
            .Any(link => !known[(link.A, link.B)].Any(old => old.Combine(link) == old));
        return isNews ? Region.Missing(states, state => state.Cuts.Any(cut => cut.IsActive)) : [];
    }
}
