using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>From drafts to an outcome: finds the groups anew where evidence changed, gives each group a profile, and says what readers see differently.</summary>
internal static class Regrouping
{
    /// <summary>Links to other profiles that a profile keeps, the earliest evidence first. They decide nothing until somebody cuts a profile, so a
    /// device or mailbox that thousands share does not grow without bound.</summary>
    public const int MaxRejectedLinks = 200;

    public static ApplyOutcome Settle(
        DraftSet drafts, IReadOnlyList<CanonicalEvent> events, TraitDictionary traits, DateTimeOffset now, Func<Guid> newProfileId)
    {
        var states = new List<ProfileState>();
        var documents = new List<ProfileDocument>();
        var changes = new List<ProfileChange>();
        var moved = new Dictionary<Guid, Guid>();
        var homes = new Dictionary<Guid, Guid>();
        foreach (var component in drafts.Components().Where(component => component.Any(draft => draft.IsTouched || draft.NeedsGrouping)))
        {
            var after = component.Any(draft => draft.NeedsGrouping)
                ? Group(component, now, newProfileId)
                : [.. component.Where(draft => draft.IsTouched).Select(draft => Write(draft, now))];
            states.AddRange(after);
            foreach (var state in after)
            {
                Show(component, state, documents, changes, traits, now);
                foreach (var identity in state.Identities)
                {
                    homes[identity.Id] = state.ProfileId;
                    if (drafts.OwnerOf(identity.Id) != state.ProfileId)
                    {
                        moved[identity.Id] = state.ProfileId;
                    }
                }
            }
        }

        return new ApplyOutcome
        {
            States = states,
            Moved = moved,
            Documents = documents,
            Placements = [.. events.Select(@event => new EventPlacement(@event.EventId, @event.Identities[0].Id, homes[@event.Identities[0].Id]))],
            Changes = changes,
            Rejected = drafts.Rejected,
        };
    }

    private static void Show(
        IReadOnlyList<Draft> component, ProfileState state, List<ProfileDocument> documents, List<ProfileChange> changes, TraitDictionary traits, DateTimeOffset now)
    {
        if (state.MergedInto is not null)
        {
            return;
        }

        var draft = component.FirstOrDefault(draft => draft.Before.ProfileId == state.ProfileId);
        var document = ProfileView.Build(state, traits, now) with { KeepsIdentities = draft is not null && ProfileChanges.HaveSameIdentities(draft.Before, state) };
        documents.Add(document);
        if (ProfileChanges.Of(draft, state, document, traits, now) is { } change)
        {
            changes.Add(change);
        }
    }

    /// <summary>Without new evidence a profile keeps its identities and links.</summary>
    private static ProfileState Write(Draft draft, DateTimeOffset now) => draft.Before with
    {
        Version = draft.Before.Version + 1,
        UpdatedAt = now,
        Identities = draft.Identities,
        Subjects = draft.Subjects(),
        Overrides = Overriding.Active(draft.Before.Overrides, now),
    };

    private static List<ProfileState> Group(IReadOnlyList<Draft> component, DateTimeOffset now, Func<Guid> newProfileId)
    {
        var pool = new Pool(component);
        var groups = ResolveIdentities.Decide(
            [.. pool.Identities.Values.Select(identity => IdentityNode.Of(identity.Id, identity.Namespace))], pool.Links.Values, pool.Cuts);
        var seats = Seats.Assign(component, groups, pool.Identities);
        var befores = seats.Profiles.Select(seat => seat ?? ProfileState.Fresh(newProfileId(), now)).ToArray();
        var afters = groups.Select((group, i) => pool.Write(befores[i], group, now)).ToArray();
        var touched = component.Where(draft => draft.IsTouched).Select(draft => draft.Before.ProfileId).ToHashSet();
        var changed = afters.Where((after, i) => touched.Contains(after.ProfileId) || !IsSame(befores[i], after));
        return [.. changed, .. seats.MergedAway.Where(entry => entry.Draft.Before.Version > 0).Select(entry => Tombstone(entry.Draft.Before, afters[entry.Heir], now))];
    }

    /// <summary>Subjects are not compared: only events change them, and they touch the draft.</summary>
    private static bool IsSame(ProfileState before, ProfileState after) =>
        before.Identities.SequenceEqual(after.Identities) && before.Links.SequenceEqual(after.Links) && before.Cuts.SequenceEqual(after.Cuts);

    private static ProfileState Tombstone(ProfileState before, ProfileState heir, DateTimeOffset now) =>
        ProfileState.Fresh(before.ProfileId, before.CreatedAt) with
        {
            Version = before.Version + 1,
            UpdatedAt = now,
            MergedInto = heir.ProfileId,
        };

    /// <summary>Everything that the drafts of one component know.</summary>
    private sealed class Pool
    {
        private readonly Dictionary<Guid, SubjectState> subjects = [];
        private readonly List<TraitOverride> overrides = [];
        private readonly ILookup<Guid, IdentityLink> linksByEnd;

        public Pool(IReadOnlyList<Draft> component)
        {
            var cuts = new Dictionary<Guid, IdentityCut>();
            foreach (var draft in component)
            {
                foreach (var identity in draft.Identities)
                {
                    Identities.Add(identity.Id, identity);
                }

                foreach (var subject in draft.Subjects())
                {
                    subjects.Add(subject.Id, subject);
                }

                overrides.AddRange(draft.Before.Overrides);
                foreach (var link in draft.Links)
                {
                    var pair = (link.A, link.B);
                    Links[pair] = Links.TryGetValue(pair, out var known) ? known.Combine(link) : link;
                }

                foreach (var cut in draft.Cuts)
                {
                    cuts[cut.Id] = cuts.TryGetValue(cut.Id, out var known) && !known.IsActive ? known : cut;
                }
            }

            Cuts = [.. cuts.Values.OrderBy(cut => cut.Id)];
            linksByEnd = Links.Values.SelectMany(link => new[] { (End: link.A, link), (End: link.B, link) }).ToLookup(entry => entry.End, entry => entry.link);
        }

        public Dictionary<Guid, KnownIdentity> Identities { get; } = [];

        public Dictionary<(Guid A, Guid B), IdentityLink> Links { get; } = [];

        public IReadOnlyList<IdentityCut> Cuts { get; }

        public ProfileState Write(ProfileState before, IReadOnlyList<Guid> group, DateTimeOffset now)
        {
            var members = group.ToHashSet();
            var links = group.SelectMany(id => linksByEnd[id]).Distinct().ToLookup(link => members.Contains(link.A) && members.Contains(link.B));
            var rejected = links[false].Order(Comparer<IdentityLink>.Create(IdentityLink.Compare)).Take(MaxRejectedLinks);
            return before with
            {
                Version = before.Version + 1,
                UpdatedAt = now,
                Identities = [.. group.Select(id => Identities[id])],
                Links = [.. links[true].Concat(rejected).OrderBy(link => link.A).ThenBy(link => link.B)],
                Cuts = [.. Cuts.Where(cut => cut.Part.Any(members.Contains) || cut.Rest.Any(members.Contains))],
                Subjects = [.. group.Where(subjects.ContainsKey).Order().Select(id => subjects[id])],
                Overrides = overrides.Count == 0 ? [] : [.. Overriding.Active(overrides, now).Where(one => members.Contains(one.Subject)).OrderBy(one => one.Id)],
            };
        }
    }
}
