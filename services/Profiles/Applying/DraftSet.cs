using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>The drafts of a batch, and which of them must be grouped together because a link spans them.</summary>
internal sealed class DraftSet
{
    private readonly Dictionary<Guid, Draft> byProfile;
    private readonly Dictionary<Guid, Draft> byIdentity;
    private readonly IReadOnlyDictionary<Guid, Guid> owners;
    private readonly Action<Guid, string> reject;

    public DraftSet(IReadOnlyList<ProfileState> states, IReadOnlyDictionary<Guid, Guid> owners)
    {
        this.owners = owners;
        reject = Reject;
        byProfile = new Dictionary<Guid, Draft>(states.Count);
        byIdentity = new Dictionary<Guid, Draft>(owners.Count);
        foreach (var state in states)
        {
            var draft = new Draft(state);
            byProfile.Add(state.ProfileId, draft);
            foreach (var identity in state.Identities)
            {
                byIdentity.Add(identity.Id, draft);
            }
        }
    }

    public IEnumerable<Draft> Drafts => byProfile.Values;

    /// <summary>Values that computed traits could not take, by event id. Null: none, as nearly always.</summary>
    public Dictionary<Guid, List<RejectedValue>>? Rejected { get; private set; }

    public Draft Of(Guid profileId) => byProfile[profileId];

    public void Apply(CanonicalEvent @event, TraitDictionary traits, DateTimeOffset now)
    {
        var stamp = Observation.StampOf(@event);
        foreach (var identity in @event.Identities)
        {
            Home(identity.Id).See(identity, stamp);
        }

        for (var i = 1; i < @event.Identities.Count; i++)
        {
            Link(AssignProfiles.LinkOf(@event, i, stamp));
        }

        Home(@event.Identities[0].Id).Observe(@event, stamp, traits, now, reject);
    }

    /// <summary>Has the drafts grouped as one.</summary>
    public static void Join(Draft a, Draft b)
    {
        var root = Root(a);
        var other = Root(b);
        root.JoinedTo = root == other ? root.JoinedTo : other;
    }

    /// <summary>With a cut in play, new evidence can make links count that were rejected: their other ends are grouped along.</summary>
    public void JoinAcrossCuts()
    {
        foreach (var draft in Drafts.Where(draft => draft.Cuts.Count > 0 && draft.Cuts.Any(cut => cut.IsActive)))
        {
            foreach (var link in draft.Links)
            {
                if (byIdentity.TryGetValue(link.A, out var a) && byIdentity.TryGetValue(link.B, out var b) && a != b)
                {
                    Join(a, b);
                }
            }
        }
    }

    /// <summary>Nearly every draft stands alone.</summary>
    public IEnumerable<IReadOnlyList<Draft>> Components()
    {
        var groups = byProfile.Values.Where(draft => draft.JoinedTo is not null).GroupBy(Root).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var draft in byProfile.Values.Where(draft => draft.JoinedTo is null))
        {
            if (groups.Remove(draft, out var joined))
            {
                joined.Add(draft);
                yield return joined;
            }
            else
            {
                yield return new[] { draft };
            }
        }
    }

    /// <summary>The profile that the store has for an identity.</summary>
    public Guid OwnerOf(Guid identity) => byIdentity[identity].Before.ProfileId;

    private void Reject(Guid eventId, string trait)
    {
        Rejected ??= [];
        if (!Rejected.TryGetValue(eventId, out var values))
        {
            Rejected.Add(eventId, values = []);
        }

        values.Add(new RejectedValue(trait, RejectedValue.TypeMismatch));
    }

    private void Link(IdentityLink link)
    {
        if (link.A == link.B)
        {
            return;
        }

        var a = Home(link.A);
        var b = Home(link.B);
        if (a.Add(link) | (a != b && b.Add(link)))
        {
            Join(a, b);
        }
    }

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

    private static Draft Root(Draft draft)
    {
        while (draft.JoinedTo is { } next)
        {
            draft.JoinedTo = next.JoinedTo ?? next;
            draft = next;
        }

        return draft;
    }
}
