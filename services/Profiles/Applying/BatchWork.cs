using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Ledger;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Npgsql;

namespace Freshet.Profiles.Applying;

/// <summary>One batch while it is being applied: what became of its events so far, and the rows that say so.</summary>
internal sealed class BatchWork(BatchRow row, DataKey batchKey, Workspace workspace, DateTimeOffset now)
{
    private readonly List<ReadableEvent> applied = [];
    private readonly List<ParkedEvent> parked = [];
    private readonly List<(RawEvent Raw, string Stage, Exception Cause)> failed = [];
    private readonly Dictionary<Guid, ProfileDocument> documents = [];
    private readonly Dictionary<Guid, ProfileRedirect> redirects = [];
    private readonly List<ProfileChange> changes = [];
    private readonly List<Guid> splitOff = [];
    private readonly List<(string SourceId, RejectedValue Value)> rejected = [];

    internal BatchRow Row { get; } = row;

    internal Workspace Workspace { get; } = workspace;

    internal DateTimeOffset Now { get; } = now;

    internal IReadOnlyList<ReadableEvent> Readable { get; private set; } = [];

    internal int Applied => applied.Count;

    internal IReadOnlyList<ParkedEvent> Parked => parked;

    internal IReadOnlyCollection<Guid> Merged => redirects.Keys;

    /// <summary>Values that applied events were applied without.</summary>
    internal IReadOnlyList<(string SourceId, RejectedValue Value)> Rejected => rejected;

    internal void Add(ReadEvents read)
    {
        Readable = read.Readable;
        parked.AddRange(read.Refused);
        failed.AddRange(read.Broken.Select(broken => (broken.Raw, "read", broken.Failure)));
    }

    internal void Fail(RawEvent raw, string stage, Exception cause) => failed.Add((raw, stage, cause));

    /// <summary>Takes over what a decision says about this batch. A decision can be about several batches.</summary>
    internal void Take(DecidedPart part)
    {
        applied.AddRange(part.EventsOf(Row.BatchId));
        changes.AddRange(part.ChangesOf(Row.BatchId));
        rejected.AddRange(part.RejectedOf(Row.BatchId));
        foreach (var document in part.DocumentsOf(Row.BatchId))
        {
            // An earlier decision of the same transaction may have brought the identities.
            var keeps = document.KeepsIdentities && documents.GetValueOrDefault(document.Id)?.KeepsIdentities != false;
            documents[document.Id] = keeps == document.KeepsIdentities ? document : document with { KeepsIdentities = keeps };
            redirects.Remove(document.Id);
        }

        foreach (var redirect in part.Redirects)
        {
            redirects[redirect.ProfileId] = redirect;
            documents.Remove(redirect.ProfileId);
        }
    }

    /// <summary>The whole attempt is undone and begins again in parts.</summary>
    internal void Forget()
    {
        applied.Clear();
        changes.Clear();
        rejected.Clear();
        documents.Clear();
        redirects.Clear();
    }

    // Splitting helps those that can be applied. If there are none, the batch stays whole and is retried or parked as a whole.
    internal void ThrowIfNothingIsLeft()
    {
        if (applied.Count + parked.Count == 0 && failed is [var first, ..])
        {
            throw new EventApplyException(first.Raw.EventId, first.Stage, first.Cause);
        }
    }

    /// <summary>An event that could not even be read has to be split off, which only happens where a batch is applied for itself.</summary>
    internal void ThrowIfAnyFailed()
    {
        if (failed is [var first, ..])
        {
            throw new EventApplyException(first.Raw.EventId, first.Stage, first.Cause);
        }
    }

    internal Publication Publication(string epoch = "") => new(Row.BatchId, [.. documents.Values], [.. redirects.Values], changes, epoch);

    internal ApplyBatchResult Result() => splitOff.Count > 0
        ? new ApplyBatchResult.Split(applied.Count, splitOff)
        : new ApplyBatchResult.Applied(applied.Count, parked.Count, documents.Count);

    /// <summary>The rows of batches that end together, their dead letters, their ledgers, and the batches split off.</summary>
    internal static void AddWrites(NpgsqlBatch batch, IReadOnlyList<BatchWork> works, DateTimeOffset now)
    {
        foreach (var work in works)
        {
            work.AddOwnWrites(batch);
        }

        batch.BatchCommands.Add(LedgerRows.Book(works.Select(work => new BookedEvents(
            work.Row.BatchId, work.applied.Select(readable => readable.Raw), work.parked.Select(letter => letter.Raw)))));
        batch.BatchCommands.Add(BatchRows.Close([.. works.Select(work => work.Closed())], now));
    }

    private ClosedBatch Closed() => new(
        Row.BatchId,
        failed.Count > 0 ? BatchState.Split : BatchState.Applied,
        Outgoing.Of(Publication()).Seal(Row.BatchId, batchKey),
        batchKey.Id,
        Failure: null);

    private void AddOwnWrites(NpgsqlBatch batch)
    {
        if (parked.Count > 0)
        {
            batch.BatchCommands.Add(DeadLetterRows.Park(Row.BatchId, parked, batchKey, Now));
        }

        if (Row.MayHoldDeadLetters && applied.Count > 0)
        {
            batch.BatchCommands.Add(DeadLetterRows.MarkReplayed([.. applied.Select(readable => readable.Raw.EventId)]));
        }

        if (failed.Count > 0)
        {
            AddSplits(batch);
        }
    }

    /// <summary>The row of an operator's decision, which has no events and is applied by being written.</summary>
    internal NpgsqlBatchCommand InsertApplied() =>
        BatchRows.InsertApplied(Row, Now, Outgoing.Of(Publication()).Seal(Row.BatchId, batchKey), batchKey.Id);

    private void AddSplits(NpgsqlBatch batch)
    {
        var splits = failed.ConvertAll(failure => (Id: Guid.CreateVersion7(Now), failure.Raw, failure.Cause));
        splitOff.AddRange(splits.Select(split => split.Id));
        batch.BatchCommands.Add(BatchRows.Insert(
            splits.ConvertAll(split => new NewBatch(
                split.Id, Row.BatchId, "split", 1, EventLog.Seal(batchKey, new EventBatch { BatchId = split.Id, Events = [split.Raw] }),
                Row.Attempt + 1, $"error.{split.Cause.GetBaseException().GetType().Name}")),
            Now));
        batch.BatchCommands.Add(LedgerRows.Carry(splits.Select(split => (split.Id, (IReadOnlyList<RawEvent>)[split.Raw])), unpark: false));
    }
}
