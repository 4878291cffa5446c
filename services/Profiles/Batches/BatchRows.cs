using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.Batches;

/// <summary>A row of <c>event_batches</c>, locked.</summary>
internal sealed record BatchRow(Guid BatchId, string Kind, BatchState State, int Attempt, int[] Fresh, byte[]? Payload, Guid? PayloadKey)
{
    internal bool IsOpen => State is BatchState.Received or BatchState.WaitingForRetry;

    /// <summary>Only these can hold events that are dead letters at the same time.</summary>
    internal bool MayHoldDeadLetters => Kind is "replay" or "split";
}

/// <summary>A batch to be made from events of others.</summary>
internal sealed record NewBatch(Guid BatchId, Guid? ParentId, string Kind, int EventCount, SealedEventBatch Payload, int Attempt, string? Failure);

/// <summary>The statements on <c>event_batches</c> that belong to applying.</summary>
internal static class BatchRows
{
    internal static async Task<BatchRow?> LockAsync(ProfileSession session, Guid batchId, CancellationToken ct)
    {
        await using var command = session.Command(
            "select kind, state, attempt, fresh, payload, payload_key from event_batches where batch_id = $1 for update");
        command.Parameters.With(batchId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new BatchRow(
                batchId,
                reader.GetString(0),
                Enum.Parse<BatchState>(reader.GetString(1)),
                reader.GetInt32(2),
                reader.GetFieldValue<int[]>(3),
                await reader.IsDBNullAsync(4, ct) ? null : reader.GetFieldValue<byte[]>(4),
                await reader.IsDBNullAsync(5, ct) ? null : reader.GetGuid(5))
            : null;
    }

    /// <summary>Ends a batch: its payload goes, its changes wait to be published.</summary>
    internal static NpgsqlBatchCommand Close(Guid batchId, BatchState state, DateTimeOffset now, byte[]? outgoing, Guid? outgoingKey, string? failure)
    {
        var command = new NpgsqlBatchCommand("""
            update event_batches
            set state = $2, applied_at = $3, outgoing = $4, outgoing_key = $5, failure = $6, retry_at = null, payload = null, payload_key = null
            where batch_id = $1
            """);
        command.Parameters.With(batchId).With(state.ToString()).With(now)
            .WithNullable(outgoing, NpgsqlDbType.Bytea).WithNullable(outgoingKey, NpgsqlDbType.Uuid).WithNullable(failure, NpgsqlDbType.Text);
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
