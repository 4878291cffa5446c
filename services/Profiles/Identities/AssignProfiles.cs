using Freshet.Profiles.Events;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Identities;

/// <summary>Gives the unknown identities of a batch a profile to be registered with, so that a batch does not create profiles only to merge them.
/// Provisional: applying the events has the last word.</summary>
public static class AssignProfiles
{
    /// <summary>Identity to profile, for the identities that <paramref name="known"/> does not have.</summary>
    /// <param name="events">The batch.</param>
    /// <param name="known">Identity to profile, as stored.</param>
    /// <param name="newProfileId">Makes an id for a new profile.</param>
    public static IReadOnlyDictionary<Guid, Guid> Decide(
        IReadOnlyList<CanonicalEvent> events, IReadOnlyDictionary<Guid, Guid> known, Func<Guid> newProfileId)
    {
        var nodes = new Dictionary<Guid, IdentityNode>();
        foreach (var identity in events.SelectMany(@event => @event.Identities))
        {
            nodes.TryAdd(identity.Id, IdentityNode.Of(identity.Id, identity.Namespace));
        }

        var assigned = new Dictionary<Guid, Guid>();
        foreach (var group in ResolveIdentities.Decide(nodes.Values, events.SelectMany(LinksOf), []))
        {
            Guid? profile = null;
            foreach (var identity in group.OrderByDescending(id => nodes[id].IsUser).Where(known.ContainsKey).Take(1))
            {
                profile = known[identity];
            }

            foreach (var identity in group.Where(id => !known.ContainsKey(id)))
            {
                assigned[identity] = profile ??= newProfileId();
            }
        }

        return assigned;
    }

    /// <summary>An event is evidence that its subject is each of its other identities; what the others are to each other follows.</summary>
    internal static IEnumerable<IdentityLink> LinksOf(CanonicalEvent @event)
    {
        var stamp = Observation.StampOf(@event);
        return Enumerable.Range(1, @event.Identities.Count - 1).Select(i => LinkOf(@event, i, stamp)).Where(link => link.A != link.B);
    }

    /// <summary>The evidence that the subject is one of the event's other identities. An event may name its subject twice.</summary>
    internal static IdentityLink LinkOf(CanonicalEvent @event, int other, Stamp stamp) =>
        IdentityLink.Between(@event.Identities[0].Id, @event.Identities[other].Id, stamp, @event.IsAlias);
}
