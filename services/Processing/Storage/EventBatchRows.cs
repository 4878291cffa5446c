using Freshet.Processing.Batches;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Processing.Storage;

/// <summary>The row of a batch as the saga reads and moves it.</summary>
internal static class EventBatchRows
{
    private const string Savepoint = "before_attempt";

    // The savepoint travels with the lock: one round trip, and a failed attempt can be undone without giving up the lock.
    private const string Lock = $"""
        select batch_id, state, kind, event_count, received_at, attempt, retry_at, failure
        from event_batches where batch_id = $1 for update
        """;

    private const string Update = """
        update event_batches set state = $2, attempt = $3, retry_at = $4, failure = $5 where batch_id = $1
        """;

    private const string Notify = "select pg_notify('retry_changed', '')";

    /// <summary>Waits for the row's lock and reads it. Null: no such batch.</summary>
    public static async Task<EventBatchState?> LockAsync(ProfileSession session, Guid batchId, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(Lock) { Parameters = { new() { Value = batchId } } },
                new NpgsqlBatchCommand($"savepoint {Savepoint}"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    /// <summary>The saga's instances of batches that are locked.</summary>
    public static IReadOnlyDictionary<Guid, EventBatchState> Of(LockedBatches batches) => batches.All.ToDictionary(batch => batch.BatchId, batch => new EventBatchState
    {
        CorrelationId = batch.BatchId,
        State = batch.State.ToString(),
        Kind = batch.Kind,
        EventCount = batch.EventCount,
        ReceivedAt = batch.ReceivedAt,
        Attempt = batch.Attempt,
        RetryAt = batch.RetryAt,
        Failure = batch.Failure,
    });

    /// <summary>Undoes what an attempt did; the lock stays.</summary>
    public static Task UndoAttemptAsync(ProfileSession session, CancellationToken ct) =>
        session.Transaction.RollbackAsync(Savepoint, ct);

    /// <summary>
    /// Writes what the machine moved. Applied, split and parked batches are written by Profiles together with what that means, and an
    /// ignored message moves nothing: both cost no statement.
    /// </summary>
    public static async Task SaveAsync(ProfileSession session, EventBatchState batch, CancellationToken ct)
    {
        if (batch.Outcome is not BatchOutcome.WaitingForRetry)
        {
            return;
        }

        await using var command = new NpgsqlBatch(session.Connection, session.Transaction)
        {
            BatchCommands = { UpdateOf(batch), new NpgsqlBatchCommand(Notify) },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes the attempts of a batch that is being parked: Profiles writes the state, and copies the attempts into the dead letters.</summary>
    public static async Task SaveAttemptAsync(ProfileSession session, EventBatchState batch, CancellationToken ct)
    {
        await using var command = new NpgsqlBatch(session.Connection, session.Transaction) { BatchCommands = { UpdateOf(batch) } };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlBatchCommand UpdateOf(EventBatchState batch) => new(Update)
    {
        Parameters =
        {
            new() { Value = batch.CorrelationId },
            new() { Value = batch.State },
            new() { Value = batch.Attempt },
            new() { Value = (object?)batch.RetryAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = (object?)batch.Failure ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        },
    };

    private static EventBatchState Read(NpgsqlDataReader row) => new()
    {
        CorrelationId = row.GetGuid(0),
        State = row.GetString(1),
        Kind = row.GetString(2),
        EventCount = row.GetInt32(3),
        ReceivedAt = row.GetFieldValue<DateTimeOffset>(4),
        Attempt = row.GetInt32(5),
        RetryAt = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        Failure = row.IsDBNull(7) ? null : row.GetString(7),
    };
}
