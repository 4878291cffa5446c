using Npgsql;

namespace Freshet.Processing.Retrying;

/// <summary>A batch whose next attempt is due.</summary>
public readonly record struct DueRetry(Guid BatchId, int Attempt);

/// <summary>The rows that wait for their next attempt.</summary>
public sealed class RetryRows(NpgsqlDataSource dataSource)
{
    private const string Due = """
        select batch_id, attempt from event_batches
        where state = 'WaitingForRetry' and retry_at <= $1
        order by retry_at limit $2 for update skip locked
        """;

    private const string Lease = "update event_batches set retry_at = $1 where batch_id = any($2) and state = 'WaitingForRetry'";

    private const string Next = "select min(retry_at) from event_batches where state = 'WaitingForRetry'";

    /// <summary>
    /// Sends what is due and, in the same transaction, puts it off until the lease is over: a message that got lost is sent again then.
    /// Dying before the commit leaves the rows due, so a message may be sent twice and is never left out.
    /// </summary>
    /// <returns>How many were sent.</returns>
    public async Task<int> ClaimAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int limit, Func<DueRetry, Task> send, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var due = await ReadDueAsync(connection, now, limit, ct);
        if (due.Count == 0)
        {
            return 0;
        }

        foreach (var retry in due)
        {
            await send(retry);
        }

        await using var lease = new NpgsqlCommand(Lease, connection)
        {
            Parameters = { new() { Value = leaseUntil }, new() { Value = due.Select(retry => retry.BatchId).ToArray() } },
        };
        await lease.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return due.Count;
    }

    /// <summary>When the next retry is due; null if none waits.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(Next);
        return await command.ExecuteScalarAsync(ct) is DateTime next ? new DateTimeOffset(next) : null;
    }

    private static async Task<List<DueRetry>> ReadDueAsync(NpgsqlConnection connection, DateTimeOffset now, int limit, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Due, connection) { Parameters = { new() { Value = now }, new() { Value = limit } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var due = new List<DueRetry>();
        while (await reader.ReadAsync(ct))
        {
            due.Add(new DueRetry(reader.GetGuid(0), reader.GetInt32(1)));
        }

        return due;
    }
}
