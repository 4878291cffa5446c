using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Overrides;

/// <summary>
/// Writes what <see cref="Overriding"/> decides, in the caller's transaction: profiles are locked as a batch of events locks them, and the changes go
/// out as those of a batch do, by a row of kind <c>override</c>.
/// </summary>
public sealed class OverrideTransaction(KeyRing keys, IdentityIndex index, WorkspaceFeed workspace, PendingPublications pending, TimeProvider time)
{
    private readonly ProfileLoading loading = new(keys);

    /// <param name="session">The transaction.</param>
    /// <param name="owners">Identities and the profiles that have them, as far as the caller knows; corrected under the lock.</param>
    /// <param name="decide">Given the profiles, what to do; null: nothing.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The batch that carries the changes; null: nothing was done.</returns>
    internal async Task<Guid?> RunAsync(
        ProfileSession session, Dictionary<Guid, Guid> owners, Func<LoadedProfiles, TraitDictionary, DateTimeOffset, OverrideDecision?> decide, CancellationToken ct)
    {
        await session.Transaction.SaveAsync(ProfileLoading.Savepoint, ct);
        var loaded = await loading.LockAsync(session, owners, ProfileLoading.Savepoint, _ => [], ct);
        var now = time.GetUtcNow();
        if (decide(loaded, workspace.Current.Traits, now) is not { } decision)
        {
            return null;
        }

        await using var batch = session.Batch();
        var batchId = Guid.CreateVersion7(now);
        if (decision.Outcome.States.Count > 0)
        {
            var row = new BatchRow(batchId, "override", BatchState.Applied, 0, [], null, null);
            var work = new BatchWork(row, await keys.CurrentAsync(KeyPurpose.Batch, ct), workspace.Current, now);
            var decided = DecidedPart.Of(decision.Outcome, loaded, work, keys, index);
            work.Take(decided);
            decided.AddWrites(batch, now);
            batch.BatchCommands.Add(work.InsertApplied());
            var publication = work.Publication(pending.Epoch);
            session.AfterCommit(() => pending.Keep(publication));
        }

        foreach (var command in decision.History)
        {
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(ct);
        return decision.Outcome.States.Count > 0 ? batchId : null;
    }
}

/// <summary>What is to be written.</summary>
/// <param name="Outcome">The profiles.</param>
/// <param name="History">What the table <c>overrides</c> is told.</param>
internal sealed record OverrideDecision(ApplyOutcome Outcome, IReadOnlyList<NpgsqlBatchCommand> History);
