using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Batches;

/// <summary>
/// Where accepted events become durable. One statement and one round trip per batch: it remembers the event ids, keeps the sealed
/// batch and writes the ledger, or does nothing at all.
/// </summary>
public sealed class EventLog(NpgsqlDataSource dataSource, KeyRing keys, TimeProvider time)
{
    /// <summary>Encodes and seals a batch, for <see cref="AppendSealedAsync"/> here or on another host.</summary>
    /// <exception cref="StoreUnavailableException">This host never had a batch key and PostgreSQL is away.</exception>
    public async ValueTask<SealedEventBatch> SealAsync(EventBatch batch, CancellationToken ct)
    {
        var key = await keys.CurrentAsync(KeyPurpose.Batch, ct);

        // Whoever gave up meanwhile has also given the memory of the bodies back.
        ct.ThrowIfCancellationRequested();
        return Seal(key, batch);
    }

    /// <summary>Makes a batch durable. Appending the same batch id again changes nothing and gives the same answer.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away; nothing is known to be stored. Keep the batch (spill it) or refuse it.</exception>
    public async Task<AppendResult> AppendAsync(EventBatch batch, CancellationToken ct) =>
        await AppendAsync(batch, await SealAsync(batch, ct), ct);

    /// <summary>The same in the caller's transaction: the batch is durable when that is committed.</summary>
    public async Task<AppendResult> AppendAsync(ProfileSession session, EventBatch batch, CancellationToken ct)
    {
        var payload = await SealAsync(batch, ct);
        await using var command = session.Command("");
        return await AppendAsync(command, batch, payload, ct);
    }

    /// <summary>Stores a batch that went through the broker because PostgreSQL was away. Idempotent by batch id.</summary>
    /// <exception cref="SealingException">Its key is unknown or destroyed.</exception>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away again.</exception>
    public async Task<AppendResult> AppendSealedAsync(Guid batchId, Guid keyId, byte[] payload, CancellationToken ct)
    {
        var key = await keys.GetAsync(keyId, ct);
        var batch = EventBatchCodec.Decode(batchId, key.Open(payload, PayloadPlace(batchId)));
        return await AppendAsync(batch, new SealedEventBatch(batchId, keyId, payload), ct);
    }

    internal static SealedEventBatch Seal(DataKey key, EventBatch batch) =>
        new(batch.BatchId, key.Id, key.Seal(EventBatchCodec.Encode(batch), PayloadPlace(batch.BatchId)));

    internal static byte[] PayloadPlace(Guid batchId) => SealedPlace.Of("event_batches", batchId, "payload");

    private async Task<AppendResult> AppendAsync(EventBatch batch, SealedEventBatch payload, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand();
        return await AppendAsync(command, batch, payload, ct);
    }

    private Task<AppendResult> AppendAsync(NpgsqlCommand command, EventBatch batch, SealedEventBatch payload, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        var rows = AppendRows.Of(batch);
        AppendStatement.Fill(command, rows, payload, time.GetUtcNow());
        var originals = await InsertAsync(command, ct);
        return await ResultAsync(batch, rows, originals, ct);
    });

    // For events that were not fresh: the batch that has them, if the statement could see it.
    private static async Task<Dictionary<Guid, Guid?>> InsertAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var originals = new Dictionary<Guid, Guid?>();
        while (await reader.ReadAsync(ct))
        {
            originals[reader.GetGuid(0)] = await reader.IsDBNullAsync(1, ct) ? null : reader.GetGuid(1);
        }

        return originals;
    }

    private async Task<AppendResult> ResultAsync(EventBatch batch, AppendRows rows, Dictionary<Guid, Guid?> originals, CancellationToken ct)
    {
        // Our own batch id among the originals: the batch was stored by an earlier call whose answer got lost.
        foreach (var own in originals.Where(original => original.Value == batch.BatchId).Select(original => original.Key).ToList())
        {
            originals.Remove(own);
        }

        if (originals.Count == 0 && rows.RepeatedIds.Count == 0)
        {
            return AppendResult.AllNew(batch.BatchId, rows.EventIds.Length);
        }

        // Not seen by the statement's snapshot: another transaction committed the same event while ours waited for it.
        var unseen = originals.Where(original => original.Value is null).Select(original => original.Key).ToArray();
        foreach (var (eventId, batchId) in unseen.Length == 0 ? [] : await BatchesOfAsync(unseen, ct))
        {
            originals[eventId] = batchId;
        }

        var known = originals.ToDictionary(original => original.Key, original => new Position(original.Value ?? batch.BatchId));
        foreach (var repeated in rows.RepeatedIds)
        {
            known.TryAdd(repeated, new Position(batch.BatchId));
        }

        var accepted = rows.EventIds.Length - originals.Count;
        return new AppendResult
        {
            Position = accepted > 0 || batch.Events.Count == 0 ? new Position(batch.BatchId) : known[batch.Events[0].EventId],
            Accepted = accepted,
            Duplicates = known.Keys.ToHashSet(),
            Originals = known,
        };
    }

    private async Task<List<(Guid EventId, Guid BatchId)>> BatchesOfAsync(Guid[] eventIds, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("select event_id, batch_id from event_keys where event_id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = eventIds });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<(Guid, Guid)>();
        while (await reader.ReadAsync(ct))
        {
            found.Add((reader.GetGuid(0), reader.GetGuid(1)));
        }

        return found;
    }
}
