using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>The drafts of a batch, and which of them must be grouped together because a link spans them.</summary>
internal sealed class DraftSet
{
    private readonly Dictionary<Guid, Draft> byProfile = [];
    private readonly Dictionary<Guid, Draft> byIdentity = [];
    private readonly Dictionary<Draft, Draft> joined = [];
    private readonly IReadOnlyDictionary<Guid, Guid> owners;

    public DraftSet(IReadOnlyList<ProfileState> states, IReadOnlyDictionary<Guid, Guid> owners)
    {
        this.owners = owners;
        foreach (var state in states)
        {
            var draft = new Draft(state);
            byProfile.Add(state.ProfileId, draft);
            joined.Add(draft, draft);
            foreach (var identity in state.Identities)
            {
                byIdentity.Add(identity.Id, draft);
            }
        }
    }

    public IEnumerable<Draft> Drafts => byProfile.Values;

    public Draft Of(Guid profileId) => byProfile[profileId];

    public void Apply(CanonicalEvent @event, TraitDictionary traits, DateTimeOffset now)
    {
        var stamp = Observation.StampOf(@event);
        foreach (var identity in @event.Identities)
        {
            Home(identity.Id).See(identity, stamp);
        }

        foreach (var link in AssignProfiles.LinksOf(@event))
        {
            var a = Home(link.A);
            var b = Home(link.B);
            if (a.Add(link) | b.Add(link))
            {
                Join(a, b);
            }
        }

        Home(@event.Identities[0].Id).Observe(@event, traits, now);
    }

    /// <summary>Has the drafts grouped as one.</summary>
    public void Join(Draft a, Draft b) => joined[Root(a)] = Root(b);

    /// <summary>With a cut in play, new evidence can make links count that were rejected: their other ends are grouped along.</summary>
    public void JoinAcrossCuts()
    {
        foreach (var draft in Drafts.Where(draft => draft.Cuts.Values.Any(cut => cut.IsActive)))
        {
            foreach (var link in draft.Links.Values)
            {
                if (byIdentity.TryGetValue(link.A, out var a) && byIdentity.TryGetValue(link.B, out var b) && a != b)
                {
                    Join(a, b);
                }
            }
        }
    }

    public IEnumerable<IReadOnlyList<Draft>> Components() => byProfile.Values.GroupBy(Root).Select(IReadOnlyList<Draft> (group) => [.. group]);

    /// <summary>The profile that the store has for an identity.</summary>
    public Guid OwnerOf(Guid identity) => byIdentity[identity].Before.ProfileId;

    private Draft Home(Guid identity)
    {
        if (byIdentity.TryGetValue(identity, out var draft))
        {
            return draft;
        }

        if (!owners.TryGetValue(identity, out var owner) || !byProfile.TryGetValue(owner, out draft))
        {
            throw new ArgumentException("An event's identity has no profile among the states. Load it, or pass a fresh state.", nameof(identity));
        }

        byIdentity.Add(identity, draft);
        return draft;
    }

    private Draft Root(Draft draft)
    {
        while (joined[draft] != draft)
        {
            draft = joined[draft] = joined[joined[draft]];
        }

        return draft;
    }
}
