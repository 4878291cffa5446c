using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Events;
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

    private readonly List<ProfileDocument> documents = [];
    private readonly Dictionary<Guid, HashSet<Guid>> touchedBy = [];
    private readonly IReadOnlyList<ReadableEvent> events;
    private NpgsqlBatchCommand? orders;
    private ILookup<Guid, ProfileChange> changes = Array.Empty<ProfileChange>().ToLookup(change => change.BatchId);

    private DecidedPart(IReadOnlyList<ReadableEvent> events) => this.events = events;

    /// <summary>Of every batch: who was taken over must be known wherever the batch is published.</summary>
    internal List<ProfileRedirect> Redirects { get; } = [];

    internal static DecidedPart Of(
        IReadOnlyList<ReadableEvent> events, LoadedProfiles loaded, Workspace workspace, DateTimeOffset now, KeyRing keys, IdentityIndex index)
    {
        var states = loaded.Profiles.Values.Select(profile => profile.State).Where(state => state.MergedInto is null);
        var unstored = loaded.Owners.Values.Distinct().Where(owner => !loaded.Profiles.ContainsKey(owner));
        var outcome = ApplyEvents.Decide(
            [.. states, .. unstored.Select(owner => ProfileState.Fresh(owner, now))],
            loaded.Owners,
            [.. events.Select(readable => readable.Event)],
            workspace.Traits,
            now,
            () => Guid.CreateVersion7(now));

        var part = new DecidedPart(events);
        part.Take(outcome, loaded, workspace, keys);
        part.Order(workspace, index, now);
        part.Place(outcome, loaded);
        part.Attribute(outcome);
        return part;
    }

    /// <summary>An operator's decision: no events.</summary>
    internal static DecidedPart Of(ApplyOutcome outcome, LoadedProfiles loaded, BatchWork work, KeyRing keys, IdentityIndex index)
    {
        var part = new DecidedPart([]);
        part.Take(outcome, loaded, work.Workspace, keys);
        part.Order(work.Workspace, index, work.Now);
        part.changes = outcome.Changes.ToLookup(_ => work.Row.BatchId, change => change with { BatchId = work.Row.BatchId });
        return part;
    }

    internal IEnumerable<ReadableEvent> EventsOf(Guid batchId) => events.Where(readable => readable.BatchId == batchId);

    internal IEnumerable<(string SourceId, RejectedValue Value)> RejectedOf(Guid batchId) => placed
        .Where(one => one.Rejected.Count > 0 && one.Readable.BatchId == batchId)
        .SelectMany(one => one.Rejected.Select(value => (one.Readable.Raw.SourceId, value)));

    /// <summary>Each change is told once: by the last batch that touched its profile.</summary>
    internal IEnumerable<ProfileChange> ChangesOf(Guid batchId) => changes[batchId];

    /// <summary>Every document that the batch had a part in: whoever publishes it alone, after a crash, must publish all that its readers wait for.</summary>
    internal IEnumerable<ProfileDocument> DocumentsOf(Guid batchId) => documents.Where(document =>
        !touchedBy.TryGetValue(document.Id, out var batches) || batches.Contains(batchId));

    /// <summary>Everything but the batch's own row: keys, profiles, identities, events, and what is to be asked about them.</summary>
    internal void AddWrites(NpgsqlBatch batch, DateTimeOffset now)
    {
        if (created.Count > 0)
        {
            var insertKeys = new NpgsqlBatchCommand(DataKeyRows.InsertSql);
            DataKeyRows.AddParameters(insertKeys.Parameters, newKeys, newKeyProfiles, now);
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
            batch.BatchCommands.Add(EventRows.Insert(placed));
        }

        if (orders is not null)
        {
            batch.BatchCommands.Add(orders);
        }
    }

    private void Order(Workspace workspace, IdentityIndex index, DateTimeOffset now) =>
        orders = workspace.HttpEnrichments.Count == 0 ? null : ProfileOrders.Of(documents, workspace, index, now);

    private void Take(ApplyOutcome outcome, LoadedProfiles loaded, Workspace workspace, KeyRing keys)
    {
        var documentOf = outcome.Documents.ToDictionary(document => document.Id);
        foreach (var state in outcome.States)
        {
            Save(state, documentOf, loaded, workspace, keys);
        }

        foreach (var (identity, profile) in loaded.Corrections.Concat(outcome.Moved))
        {
            moved[identity] = profile;
        }
    }

    private void Save(ProfileState state, Dictionary<Guid, ProfileDocument> documentOf, LoadedProfiles loaded, Workspace workspace, KeyRing keys)
    {
        if (state.MergedInto is { } heir)
        {
            Redirects.Add(new ProfileRedirect(state.ProfileId, state.Version, heir));
        }
        else
        {
            documents.Add(documentOf[state.ProfileId]);
        }

        var traits = state.MergedInto is null ? ProfileView.Plain(documents[^1], workspace.Traits) : "{}";
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

    private void Place(ApplyOutcome outcome, LoadedProfiles loaded)
    {
        var newKeyOf = created.ToDictionary(profile => profile.State.ProfileId, profile => profile.Key);
        for (var i = 0; i < events.Count; i++)
        {
            var placement = outcome.Placements[i];
            var key = newKeyOf.TryGetValue(placement.ProfileId, out var created) ? created : loaded.Profiles[placement.ProfileId].Key;
            placed.Add(new PlacedEvent(events[i], placement.SubjectId, key, RejectedOf(events[i], outcome)));
        }
    }

    private static IReadOnlyList<RejectedValue> RejectedOf(ReadableEvent readable, ApplyOutcome outcome) =>
        outcome.Rejected?.TryGetValue(readable.Raw.EventId, out var computed) == true ? [.. readable.Rejected, .. computed] : readable.Rejected;

    // A profile without an event of its own (it was merged away, or parted by late evidence) belongs to every batch of the decision.
    private void Attribute(ApplyOutcome outcome)
    {
        var last = new Dictionary<Guid, Guid>();
        for (var i = 0; i < events.Count; i++)
        {
            var (batchId, profileId) = (events[i].BatchId, outcome.Placements[i].ProfileId);
            last[profileId] = batchId;
            if (!touchedBy.TryGetValue(profileId, out var batches))
            {
                touchedBy.Add(profileId, batches = []);
            }

            batches.Add(batchId);
        }

        changes = outcome.Changes
            .Select(change => change with { BatchId = last.GetValueOrDefault(change.ProfileId, events[^1].BatchId) })
            .ToLookup(change => change.BatchId);
    }
}
