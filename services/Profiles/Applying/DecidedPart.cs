using Freshet.Profiles.Freshness;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Npgsql;

namespace Freshet.Profiles.Applying;

/// <summary>A decision about some events of a batch, together with what is needed to write it.</summary>
internal sealed class DecidedPart
{
    private readonly List<ProfileToSave> changed = [];
    private readonly List<ProfileToSave> created = [];
    private readonly List<WrappedKey> newKeys = [];
    private readonly List<Guid?> newKeyProfiles = [];
    private readonly List<PlacedEvent> placed = [];
    private readonly Dictionary<Guid, Guid> moved = [];

    private DecidedPart(IReadOnlyList<ReadableEvent> events) => Events = events;

    internal IReadOnlyList<ReadableEvent> Events { get; }

    internal List<ProfileDocument> Documents { get; } = [];

    internal List<ProfileRedirect> Redirects { get; } = [];

    internal IReadOnlyList<ProfileChange> Changes { get; private set; } = [];

    internal static DecidedPart Of(IReadOnlyList<ReadableEvent> events, LoadedProfiles loaded, BatchWork work, KeyRing keys)
    {
        var states = loaded.Profiles.Values.Select(profile => profile.State).Where(state => state.MergedInto is null);
        var unstored = loaded.Owners.Values.Distinct().Where(owner => !loaded.Profiles.ContainsKey(owner));
        var outcome = ApplyEvents.Decide(
            [.. states, .. unstored.Select(owner => ProfileState.Fresh(owner, work.Now))],
            loaded.Owners,
            [.. events.Select(readable => readable.Event)],
            work.Workspace.Traits,
            work.Now,
            () => Guid.CreateVersion7(work.Now));

        var part = new DecidedPart(events);
        part.Take(outcome, loaded, work, keys);
        part.Place(outcome, events, loaded);
        return part;
    }

    /// <summary>An operator's decision: no events.</summary>
    internal static DecidedPart Of(ApplyOutcome outcome, LoadedProfiles loaded, BatchWork work, KeyRing keys)
    {
        var part = new DecidedPart([]);
        part.Take(outcome, loaded, work, keys);
        return part;
    }

    /// <summary>Everything but the batch's own row: keys, profiles, identities, events.</summary>
    internal void AddWrites(NpgsqlBatch batch, BatchWork work)
    {
        if (created.Count > 0)
        {
            var insertKeys = new NpgsqlBatchCommand(DataKeyRows.InsertSql);
            DataKeyRows.AddParameters(insertKeys.Parameters, newKeys, newKeyProfiles, work.Now);
            batch.BatchCommands.Add(insertKeys);
            batch.BatchCommands.Add(ProfileRows.Insert(created));
        }

        if (changed.Count > 0)
        {
            batch.BatchCommands.Add(ProfileRows.Update(changed));
        }

        if (moved.Count > 0)
        {
            batch.BatchCommands.Add(IdentityRows.Move(moved));
        }

        if (placed.Count > 0)
        {
            batch.BatchCommands.Add(EventRows.Insert(work.Row.BatchId, placed));
        }
    }

    private void Take(ApplyOutcome outcome, LoadedProfiles loaded, BatchWork work, KeyRing keys)
    {
        foreach (var state in outcome.States)
        {
            Save(state, loaded, work, keys);
        }

        foreach (var (identity, profile) in loaded.Corrections.Concat(outcome.Moved))
        {
            moved[identity] = profile;
        }

        Changes = [.. outcome.Changes.Select(change => change with { BatchId = work.Row.BatchId })];
    }

    private void Save(ProfileState state, LoadedProfiles loaded, BatchWork work, KeyRing keys)
    {
        if (state.MergedInto is { } heir)
        {
            Redirects.Add(new ProfileRedirect(state.ProfileId, state.Version, heir));
        }
        else
        {
            Documents.Add(ProfileView.Build(state, work.Workspace.Traits, work.Now));
        }

        var traits = state.MergedInto is null ? ProfileView.Plain(Documents[^1], work.Workspace.Traits) : "{}";
        if (loaded.Profiles.TryGetValue(state.ProfileId, out var stored))
        {
            changed.Add(new ProfileToSave(state, stored.Key, traits));
            return;
        }

        var (key, row) = keys.NewProfileKey();
        newKeys.Add(row);
        newKeyProfiles.Add(state.ProfileId);
        created.Add(new ProfileToSave(state, key, traits));
    }

    private void Place(ApplyOutcome outcome, IReadOnlyList<ReadableEvent> events, LoadedProfiles loaded)
    {
        var newKeyOf = created.ToDictionary(profile => profile.State.ProfileId, profile => profile.Key);
        for (var i = 0; i < events.Count; i++)
        {
            var placement = outcome.Placements[i];
            var key = newKeyOf.TryGetValue(placement.ProfileId, out var created) ? created : loaded.Profiles[placement.ProfileId].Key;
            placed.Add(new PlacedEvent(events[i].Raw, events[i].Event, placement.SubjectId, key));
        }
    }
}
