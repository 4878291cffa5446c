using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Ledger;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.DeadLetters;

/// <summary>Makes batches out of parked letters, at most 500 events each. The events keep their ids and their time of receipt.</summary>
public sealed class ReplayBatches(NpgsqlDataSource dataSource, KeyRing keys, TimeProvider time)
{
    /// <summary>The channel on which PostgreSQL announces a batch that was made inside it, when the transaction commits.</summary>
    public const string Channel = "batch_ready";

    private const int MaxEvents = 500;

    /// <summary>One batch, committed; null if nothing is left to replay. A letter whose key was destroyed stays where it is.</summary>
    internal Task<(Guid BatchId, int Events)?> NextAsync(ReplaySelection selection, DateTimeOffset begun, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var session = await ProfileSession.OpenAsync(dataSource, ct);
        var letters = await TakeAsync(session, selection, begun, ct);
        if (letters.Count == 0)
        {
            return default((Guid, int)?);
        }

        var known = await keys.GetManyAsync(letters.Select(letter => letter.KeyId), ct);
        var events = letters
            .Select(letter => EventBatchCodec.DecodeOne(known[letter.KeyId].Open(letter.Raw, DeadLetterRows.RawPlace(letter.EventId))))
            .Select(raw => raw with { Headers = EventMapping.WithVersion(raw.Headers, selection.MappingVersion) })
            .ToList();
        var batchId = await WriteAsync(session, events, ct);
        await session.CommitAsync(ct);
        return (batchId, events.Count);
    });

    private static async Task<List<(Guid EventId, byte[] Raw, Guid KeyId)>> TakeAsync(
        ProfileSession session, ReplaySelection selection, DateTimeOffset begun, CancellationToken ct)
    {
        await using var command = session.Command("""
            select d.event_id, d.raw, d.key_id
            from dead_letters d
            where d.state = 'Parked'
              and ($1::uuid[] is null or d.dead_letter_id = any($1)) and ($2::text is null or d.fingerprint = $2)
              and ($3::text is null or d.source_id = $3)
              and ($4::timestamptz is null or d.parked_at >= $4) and ($5::timestamptz is null or d.parked_at < $5)
              and d.parked_at <= $7
              and exists (select from data_keys k where k.key_id = d.key_id and k.wrapped is not null)
            order by d.received_at, d.event_id
            limit $6
            for update of d skip locked
            """);
        command.Parameters
            .WithNullable(selection.DeadLetterIds?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid)
            .WithNullable(selection.Fingerprint, NpgsqlDbType.Text)
            .WithNullable(selection.SourceId, NpgsqlDbType.Text)
            .WithNullable(selection.From?.ToUniversalTime(), NpgsqlDbType.TimestampTz)
            .WithNullable(selection.To?.ToUniversalTime(), NpgsqlDbType.TimestampTz)
            .With(MaxEvents)
            .With(begun);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var letters = new List<(Guid, byte[], Guid)>();
        while (await reader.ReadAsync(ct))
        {
            letters.Add((reader.GetGuid(0), reader.GetFieldValue<byte[]>(1), reader.GetGuid(2)));
        }

        return letters;
    }

    // The batch takes its events out of the dead letters' account (parked is negative) and carries them until they are applied or parked again.
    private async Task<Guid> WriteAsync(ProfileSession session, List<RawEvent> events, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var replay = new EventBatch { BatchId = Guid.CreateVersion7(now), Events = events };
        var payload = EventLog.Seal(await keys.CurrentAsync(KeyPurpose.Batch, ct), replay);
        await using var batch = session.Batch();
        var mark = new NpgsqlBatchCommand("update dead_letters set state = 'Replaying', replay_batch_id = $2 where event_id = any($1) and state = 'Parked'");
        mark.Parameters.With<Guid[]>([.. events.Select(raw => raw.EventId)]).With(replay.BatchId);
        batch.BatchCommands.Add(mark);
        batch.BatchCommands.Add(BatchRows.Insert([new NewBatch(replay.BatchId, null, "replay", events.Count, payload, 0, null)], now));
        batch.BatchCommands.Add(LedgerRows.Carry([(replay.BatchId, events)], unpark: true));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select pg_notify('{Channel}', '')"));
        await batch.ExecuteNonQueryAsync(ct);
        return replay.BatchId;
    }
}
