using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;

namespace Freshet.Profiles.Applying;

/// <summary>Writes what <see cref="Unmerge"/> decides, in the caller's transaction. Its changes go out like those of a batch: as a row of kind <c>unmerge</c>.</summary>
public sealed class UnmergeTransaction(KeyRing keys, IdentityIndex index, WorkspaceFeed workspace, PendingPublications pending, TimeProvider time)
{
    private readonly ProfileLoading loading = new(keys);

    /// <summary>Null: no such profile.</summary>
    internal async Task<UnmergeResult?> RunAsync(ProfileSession session, Guid profileId, IReadOnlyCollection<Guid> part, string by, CancellationToken ct)
    {
        if (await HeirAsync(session, profileId, ct) is not { } target)
        {
            return null;
        }

        // The wanted identities are said to be the profile's; the mapping that is read under the lock says whether that is true.
        var owners = part.ToDictionary(identity => identity, _ => target);
        await session.Transaction.SaveAsync(ProfileLoading.Savepoint, ct);
        var loaded = await loading.LockAsync(session, owners, ProfileLoading.Savepoint, states => Unmerge.Missing(TargetFirst(states, target)), ct);
        var now = time.GetUtcNow();
        var states = TargetFirst([.. loaded.Profiles.Values.Select(profile => profile.State).Where(state => state.MergedInto is null)], target);
        var outcome = Unmerge.Decide(states, part, by, workspace.Current.Traits, now, () => Guid.CreateVersion7(now));

        var batchId = Guid.CreateVersion7(now);
        var row = new BatchRow(batchId, "unmerge", BatchState.Applied, 0, [], null, null);
        var work = new BatchWork(row, await keys.CurrentAsync(KeyPurpose.Batch, ct), workspace.Current, now);
        var decided = DecidedPart.Of(outcome, loaded, work, keys, index);
        work.Take(decided);
        await using var batch = session.Batch();
        decided.AddWrites(batch, now);
        batch.BatchCommands.Add(work.InsertApplied());
        await batch.ExecuteNonQueryAsync(ct);

        var publication = work.Publication(pending.Epoch);
        session.AfterCommit(() => pending.Keep(publication));
        return new UnmergeResult([target, .. publication.Documents.Select(document => document.Id).Where(id => id != target)], batchId);
    }

    private static IReadOnlyList<ProfileState> TargetFirst(IReadOnlyList<ProfileState> states, Guid target) =>
        [.. states.OrderByDescending(state => state.ProfileId == target)];

    private static async Task<Guid?> HeirAsync(ProfileSession session, Guid profileId, CancellationToken ct)
    {
        await using var command = session.Command("""
            with recursive heirs as (
              select profile_id, merged_into, 1 as hop from profiles where profile_id = $1
              union all
              select p.profile_id, p.merged_into, h.hop + 1 from heirs h join profiles p on p.profile_id = h.merged_into where h.hop < 16
            )
            select profile_id from heirs where merged_into is null
            """);
        command.Parameters.With(profileId);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }
}
