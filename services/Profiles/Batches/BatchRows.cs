using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Batches;

/// <summary>A row of <c>event_batches</c>, locked.</summary>
internal sealed record BatchRow(Guid BatchId, string Kind, BatchState State, int Attempt, int[] Fresh, byte[]? Payload, Guid? PayloadKey)
{
    internal bool IsOpen => State is BatchState.Received or BatchState.WaitingForRetry;

    internal int EventCount { get; init; }

    internal DateTimeOffset ReceivedAt { get; init; }

    internal DateTimeOffset? RetryAt { get; init; }

    internal string? Failure { get; init; }

    /// <summary>Only these can hold events that are dead letters at the same time.</summary>
    internal bool MayHoldDeadLetters => Kind is "replay" or "split";
}

/// <summary>How a batch ends. <paramref name="Outgoing"/>: its sealed changes; null: none.</summary>
internal sealed record ClosedBatch(Guid BatchId, BatchState State, byte[]? Outgoing, Guid? OutgoingKey, string? Failure);

/// <summary>A batch to be made from events of others.</summary>
internal sealed record NewBatch(Guid BatchId, Guid? ParentId, string Kind, int EventCount, SealedEventBatch Payload, int Attempt, string? Failure);

/// <summary>The statements on <c>event_batches</c> that belong to applying.</summary>
internal static class BatchRows
{
    internal static async Task<BatchRow?> LockAsync(ProfileSession session, Guid batchId, CancellationToken ct) =>
        (await LockAsync(session, [batchId], ct)).SingleOrDefault();

    /// <summary>Locks in id order, so that two transactions never wait for each other. The bounds keep the partitions of other days out of it.</summary>
    internal static async Task<IReadOnlyList<BatchRow>> LockAsync(ProfileSession session, Guid[] batchIds, CancellationToken ct)
    {
        await using var command = session.Command("""
            select batch_id, kind, state, attempt, fresh, payload, payload_key, event_count, received_at, retry_at, failure
            from event_batches where batch_id between $1 and $2 and batch_id = any($3)
            order by batch_id for update
            """);
        command.Parameters.WithBounds(batchIds).With(batchIds);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<BatchRow>(batchIds.Length);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new BatchRow(
                reader.GetGuid(0),
                reader.GetString(1),
                Enum.Parse<BatchState>(reader.GetString(2)),
                reader.GetInt32(3),
                reader.GetFieldValue<int[]>(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5),
                reader.IsDBNull(6) ? null : reader.GetGuid(6))
            {
                EventCount = reader.GetInt32(7),
                ReceivedAt = reader.GetFieldValue<DateTimeOffset>(8),
                RetryAt = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
                Failure = reader.IsDBNull(10) ? null : reader.GetString(10),
            });
        }

        return rows;
    }

    /// <summary>Ends batches: their payloads go, their changes wait to be published.</summary>
    internal static NpgsqlBatchCommand Close(IReadOnlyList<ClosedBatch> batches, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand("""
            update event_batches b
            set state = c.state, applied_at = $3, outgoing = c.outgoing, outgoing_key = c.outgoing_key, failure = c.failure,
                retry_at = null, payload = null, payload_key = null
            from unnest($4::uuid[], $5::text[], $6::bytea[], $7::uuid[], $8::text[]) as c(batch_id, state, outgoing, outgoing_key, failure)
            where b.batch_id between $1 and $2 and b.batch_id = c.batch_id
            """);
        command.Parameters.WithBounds([.. batches.Select(batch => batch.BatchId)]).With(now)
            .With<Guid[]>([.. batches.Select(batch => batch.BatchId)])
            .With<string[]>([.. batches.Select(batch => batch.State.ToString())])
            .With<byte[]?[]>([.. batches.Select(batch => batch.Outgoing)])
            .With<Guid?[]>([.. batches.Select(batch => batch.OutgoingKey)])
            .With<string?[]>([.. batches.Select(batch => batch.Failure)]);
        return command;
    }

    internal static NpgsqlBatchCommand Insert(IReadOnlyList<NewBatch> batches, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand("""
            insert into event_batches (batch_id, parent_id, kind, state, received_at, event_count, fresh, payload, payload_key, attempt, failure)
            select b.batch_id, b.parent_id, b.kind, 'Received', $1, b.events, array(select generate_series(0, b.events - 1)),
                   b.payload, b.payload_key, b.attempt, b.failure
            from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::bytea[], $7::uuid[], $8::int[], $9::text[])
                 as b(batch_id, parent_id, kind, events, payload, payload_key, attempt, failure)
            """);
        command.Parameters.With(now)
            .With<Guid[]>([.. batches.Select(batch => batch.BatchId)])
            .With<Guid?[]>([.. batches.Select(batch => batch.ParentId)])
            .With<string[]>([.. batches.Select(batch => batch.Kind)])
            .With<int[]>([.. batches.Select(batch => batch.EventCount)])
            .With<byte[][]>([.. batches.Select(batch => batch.Payload.Payload)])
            .With<Guid[]>([.. batches.Select(batch => batch.Payload.KeyId)])
            .With<int[]>([.. batches.Select(batch => batch.Attempt)])
            .With<string?[]>([.. batches.Select(batch => batch.Failure)]);
        return command;
    }

    /// <summary>A batch without events that is there only for its changes.</summary>
    internal static NpgsqlBatchCommand InsertApplied(BatchRow row, DateTimeOffset now, byte[] outgoing, Guid outgoingKey)
    {
        var command = new NpgsqlBatchCommand("""
            insert into event_batches (batch_id, kind, state, received_at, event_count, applied_at, outgoing, outgoing_key)
            values ($1, $2, 'Applied', $3, 0, $3, $4, $5)
            """);
        command.Parameters.With(row.BatchId).With(row.Kind).With(now).With(outgoing).With(outgoingKey);
        return command;
    }
}
