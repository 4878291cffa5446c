using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>A profile's state while a batch works on it. The state it was made from stays as it is.</summary>
internal sealed class Draft(ProfileState before)
{
    private readonly SortedByKey<Guid, KnownIdentity> identities = new(before.Identities, static (identity, id) => identity.Id.CompareTo(id));
    private readonly SortedByKey<(Guid A, Guid B), IdentityLink> links = new(before.Links, Order);
    private List<IdentityCut>? cuts;
    private List<(Guid Subject, SubjectTraitsDraft Traits)>? written;

    public ProfileState Before { get; } = before;

    /// <summary>By id.</summary>
    public IReadOnlyList<KnownIdentity> Identities => identities.Values;

    /// <summary>By pair.</summary>
    public IReadOnlyList<IdentityLink> Links => links.Values;

    public IReadOnlyList<IdentityCut> Cuts => cuts ?? Before.Cuts;

    /// <summary>Traits that some event wrote.</summary>
    public List<TraitDefinition> Touched { get; } = [];

    /// <summary>With which it is grouped; itself if it stands alone. See <see cref="DraftSet"/>.</summary>
    public Draft? JoinedTo { get; set; }

    public bool IsTouched { get; private set; }

    /// <summary>Whether identities, links or cuts changed, so that the groups have to be found anew.</summary>
    public bool NeedsGrouping { get; set; }

    public void See(IdentityKey key, Stamp stamp)
    {
        IsTouched = true;
        var seen = new KnownIdentity(key.Id, key.Namespace, key.Value, stamp, stamp.OccurredAt);
        var known = identities.Find(key.Id);
        NeedsGrouping |= known is null;
        identities.Set(key.Id, known?.Combine(seen) ?? seen);
    }

    /// <summary>Whether the link is new, or stronger evidence than what was known.</summary>
    public bool Add(IdentityLink link)
    {
        var known = links.Find((link.A, link.B));
        var combined = known?.Combine(link) ?? link;
        if (combined == known)
        {
            return false;
        }

        links.Set((link.A, link.B), combined);
        return NeedsGrouping = true;
    }

    /// <summary>Adds a cut, or replaces the one of its id.</summary>
    public void Set(IdentityCut cut)
    {
        cuts ??= [.. Before.Cuts];
        cuts.RemoveAll(known => known.Id == cut.Id);
        cuts.Add(cut);
    }

    /// <param name="event">What happened.</param>
    /// <param name="stamp">Of the event.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="now">The time of the transaction.</param>
    /// <param name="reject">Called with the name of a computed trait that cannot take the event's value.</param>
    public void Observe(CanonicalEvent @event, Stamp stamp, TraitDictionary traits, DateTimeOffset now, Action<Guid, string> reject)
    {
        var subject = @event.Identities[0].Id;
        foreach (var (name, value) in @event.Traits)
        {
            if (traits.Find(name) is { Computed: null } trait)
            {
                var rule = traits.RuleOf(trait);
                Write(subject, trait, rule, Observation.OfValue(rule, value, stamp), now);
            }
        }

        foreach (var trait in traits.Computed.GetValueOrDefault(@event.Type, []))
        {
            var rule = traits.RuleOf(trait);
            Write(subject, trait, rule, Observation.OfEvent(rule, trait, @event, stamp, out var isRejected), now);
            if (isRejected)
            {
                reject(@event.EventId, trait.Name);
            }
        }
    }

    /// <summary>What the subjects hold now, by id; subjects that hold nothing are left out.</summary>
    public IReadOnlyList<SubjectState> Subjects()
    {
        if (written is null)
        {
            return Before.Subjects;
        }

        var subjects = new List<SubjectState>(Before.Subjects.Count + written.Count);
        foreach (var subject in Before.Subjects)
        {
            if (!written.Exists(entry => entry.Subject == subject.Id))
            {
                subjects.Add(subject);
            }
        }

        foreach (var (subject, states) in written)
        {
            if (states.ToTraits() is { Count: > 0 } held)
            {
                subjects.Add(new SubjectState(subject, held));
            }
        }

        subjects.Sort(static (one, other) => one.Id.CompareTo(other.Id));
        return subjects;
    }

    private void Write(Guid subject, TraitDefinition trait, TraitRule rule, TraitState? observed, DateTimeOffset now)
    {
        if (observed is null)
        {
            return;
        }

        var states = DraftOf(subject);
        if (!Touched.Contains(trait))
        {
            Touched.Add(trait);
        }

        states.Set(trait.Name, TraitStates.Prune(rule, TraitStates.Combine(rule, states.Find(trait.Name), observed)!, now));
    }

    private SubjectTraitsDraft DraftOf(Guid subject)
    {
        foreach (var entry in written ?? [])
        {
            if (entry.Subject == subject)
            {
                return entry.Traits;
            }
        }

        var known = SubjectTraits.None;
        foreach (var state in Before.Subjects)
        {
            known = state.Id == subject ? state.Traits : known;
        }

        var draft = known.ToDraft();
        (written ??= []).Add((subject, draft));
        return draft;
    }

    private static int Order(IdentityLink link, (Guid A, Guid B) pair) =>
        link.A.CompareTo(pair.A) is var byA && byA != 0 ? byA : link.B.CompareTo(pair.B);
}
