using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Tests.Applying;

/// <summary>What the store does around the pure decisions, in memory: event keys (an event id that was seen is dropped), identities, and profile states,
/// which go through their wire form unless that is left out to save time. Its clock goes on by an hour with each batch.</summary>
internal sealed class World(TraitDictionary traits, DateTimeOffset start, bool usesWireForm = true)
{
    private readonly Dictionary<Guid, ProfileState> profiles = [];
    private readonly Dictionary<Guid, long> versions = [];
    private readonly Dictionary<Guid, Guid> owners = [];
    private readonly HashSet<Guid> eventKeys = [];
    private readonly Dictionary<(Guid Profile, string Trait), string> told = [];
    private int ids;

    public DateTimeOffset Now { get; private set; } = start;

    public ApplyOutcome? Last { get; private set; }

    public IEnumerable<ProfileState> Stored => profiles.Values;

    public IEnumerable<ProfileState> Live => Stored.Where(state => state.MergedInto is null);

    public ApplyOutcome Apply(params IReadOnlyList<CanonicalEvent> batch)
    {
        Now += TimeSpan.FromHours(1);
        CanonicalEvent[] events = [.. batch.Where(@event => eventKeys.Add(@event.EventId))];
        Guid[] named = [.. events.SelectMany(@event => @event.Identities).Select(identity => identity.Id).Distinct()];
        var mapping = named.Where(owners.ContainsKey).ToDictionary(id => id, id => owners[id]);
        foreach (var (identity, profile) in AssignProfiles.Decide(events, mapping, NewId))
        {
            mapping[identity] = owners[identity] = profile;
        }

        var states = Load(mapping.Values);
        Complete(states, loaded => ApplyEvents.Missing(loaded, events));
        return Store(ApplyEvents.Decide(states, mapping, events, traits, Now, NewId));
    }

    public ApplyOutcome Unmerge(Guid profile, params IReadOnlyList<Guid> part)
    {
        var states = Load([profile]);
        Complete(states, Profiles.Applying.Unmerge.Missing);
        return Store(Profiles.Applying.Unmerge.Decide(states, part, "operator", traits, Now, NewId));
    }

    public ApplyOutcome Revoke(IdentityCut cut)
    {
        var states = Load(cut.Part.Concat(cut.Rest).Select(id => owners[id]));
        return Store(Profiles.Applying.Unmerge.Revoke(states, cut.Id, "operator", traits, Now, NewId));
    }

    public ApplyOutcome Override(TraitOverride added) => Store(Overriding.Set(profiles[owners[added.Subject]], added, traits, Now));

    public ApplyOutcome Expire() => Store(Overriding.Expire(Live, traits, Now));

    public ProfileState Of(IdentityKey identity) => profiles[owners[identity.Id]];

    public ProfileDocument Document(IdentityKey identity) => ProfileView.Build(Of(identity), traits, Now);

    /// <summary>All live profiles as a reader sees them at a moment, without what the order of arrival may decide: ids, versions and times of writing.</summary>
    public string Visible(DateTimeOffset at) =>
        Sheet.Of(Live.Select(state => ProfileView.Build(state, traits, at)).Select(document => Sheet.Of(document, traits, at)));

    /// <summary>What must hold between the parts whatever happened.</summary>
    public void ShouldBeConsistent()
    {
        ProfileState[] live = [.. Live];
        live.Sum(state => state.Identities.Count).ShouldBe(owners.Count);
        live.Count(state => state.Identities.Count == 0).ShouldBe(0);
        live.Sum(state => state.Identities.Count(identity => owners[identity.Id] != state.ProfileId)).ShouldBe(0);
        string[] shown = [.. live.SelectMany(state => Lines(state.ProfileId, ValuesOf(state)))];
        string[] heard = [.. live.SelectMany(state => Lines(state.ProfileId, name => told.GetValueOrDefault((state.ProfileId, name))))];
        string.Join('\n', heard).ShouldBe(string.Join('\n', shown));
    }

    /// <summary>Windowed traits are left out: their values change without anybody being told.</summary>
    private IEnumerable<string> Lines(Guid profile, Func<string, string?> valueOf) => traits.Traits
        .Where(trait => trait.Computed?.WindowDays is null)
        .Select(trait => $"{profile} {trait.Name} {valueOf(trait.Name) ?? Text(WindowedTraits.ValueAt(null, trait, Now), trait)}");

    private Func<string, string?> ValuesOf(ProfileState state)
    {
        var view = ProfileView.Build(state, traits, Now);
        return name => Text(WindowedTraits.ValueAt(view.Traits.GetValueOrDefault(name), traits.Find(name)!, Now), traits.Find(name)!);
    }

    private ApplyOutcome Store(ApplyOutcome outcome)
    {
        foreach (var state in outcome.States)
        {
            state.Version.ShouldBe(versions.GetValueOrDefault(state.ProfileId) + 1);
            versions[state.ProfileId] = state.Version;
            profiles[state.ProfileId] = usesWireForm ? ProfileStateCodec.Decode(ProfileStateCodec.Encode(state)) : state;
        }

        foreach (var (identity, profile) in outcome.Moved)
        {
            owners[identity].ShouldNotBe(profile);
            owners[identity] = profile;
        }

        foreach (var change in outcome.Changes)
        {
            foreach (var trait in change.Traits)
            {
                told[(change.ProfileId, trait.Name)] = Text(trait.After, traits.Find(trait.Name)!);
            }
        }

        return Last = outcome;
    }

    private static string Text(JsonElement value, TraitDefinition trait) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.Number when trait.Type == TraitType.Decimal => value.GetDecimal().ToString("G29", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private List<ProfileState> Load(IEnumerable<Guid> ids) =>
        [.. ids.Distinct().Select(id => profiles.TryGetValue(id, out var stored) ? stored : ProfileState.Fresh(id, Now))];

    private void Complete(List<ProfileState> states, Func<IReadOnlyList<ProfileState>, IReadOnlyList<Guid>> missing)
    {
        while (missing(states) is { Count: > 0 } further)
        {
            states.AddRange(Load(further.Select(id => owners[id])));
        }
    }

    private Guid NewId() => new(++ids, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}
