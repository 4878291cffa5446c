using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>A profile's state while a batch works on it. The state it was made from stays as it is.</summary>
internal sealed class Draft(ProfileState before)
{
    private readonly Dictionary<Guid, Dictionary<string, TraitState>> written = [];

    public ProfileState Before { get; } = before;

    public Dictionary<Guid, KnownIdentity> Identities { get; } = before.Identities.ToDictionary(identity => identity.Id);

    public Dictionary<(Guid A, Guid B), IdentityLink> Links { get; } = before.Links.ToDictionary(link => (link.A, link.B));

    public Dictionary<Guid, IdentityCut> Cuts { get; } = before.Cuts.ToDictionary(cut => cut.Id);

    public Dictionary<Guid, IReadOnlyDictionary<string, TraitState>> Subjects { get; } =
        before.Subjects.ToDictionary(subject => subject.Id, subject => subject.Traits);

    /// <summary>Traits that some event wrote.</summary>
    public HashSet<string> Touched { get; } = [];

    public bool IsTouched { get; private set; }

    /// <summary>Whether identities, links or cuts changed, so that the groups have to be found anew.</summary>
    public bool NeedsGrouping { get; set; }

    public void See(IdentityKey key, Stamp stamp)
    {
        IsTouched = true;
        var seen = new KnownIdentity(key.Id, key.Namespace, key.Value, stamp, stamp.OccurredAt);
        if (Identities.TryGetValue(key.Id, out var known))
        {
            Identities[key.Id] = known.Combine(seen);
            return;
        }

        Identities[key.Id] = seen;
        NeedsGrouping = true;
    }

    /// <summary>Whether the link is new, or stronger evidence than what was known.</summary>
    public bool Add(IdentityLink link)
    {
        var pair = (link.A, link.B);
        var combined = Links.TryGetValue(pair, out var known) ? known.Combine(link) : link;
        if (combined == known)
        {
            return false;
        }

        Links[pair] = combined;
        return NeedsGrouping = true;
    }

    public void Observe(CanonicalEvent @event, TraitDictionary traits, DateTimeOffset now)
    {
        var stamp = Observation.StampOf(@event);
        foreach (var (name, value) in @event.Traits)
        {
            if (traits.Find(name) is { Computed: null } trait)
            {
                var rule = traits.RuleOf(trait);
                Write(@event.Identities[0].Id, name, rule, Observation.OfValue(rule, value, stamp), now);
            }
        }

        foreach (var trait in traits.Computed.GetValueOrDefault(@event.Type, []))
        {
            var rule = traits.RuleOf(trait);
            Write(@event.Identities[0].Id, trait.Name, rule, Observation.OfEvent(rule, trait, @event), now);
        }
    }

    private void Write(Guid subject, string name, TraitRule rule, TraitState? observed, DateTimeOffset now)
    {
        if (observed is null)
        {
            return;
        }

        if (!written.TryGetValue(subject, out var states))
        {
            states = Subjects.TryGetValue(subject, out var known) ? new(known) : [];
            Subjects[subject] = written[subject] = states;
        }

        Touched.Add(name);
        var combined = TraitStates.Combine(rule, states.GetValueOrDefault(name), observed)!;
        if (TraitStates.Prune(rule, combined, now) is { } kept)
        {
            states[name] = kept;
        }
        else
        {
            states.Remove(name);
        }
    }
}
