using Npgsql;

namespace Freshet.Processing.Relaying;

/// <summary>The batches that wait to be applied.</summary>
public sealed class OpenBatches(NpgsqlDataSource dataSource)
{
    // One relay at a time over all instances; the lock ends with the transaction, also when its holder dies.
    private const string Lock = "select pg_try_advisory_xact_lock(hashtext('freshet.relay'))";

    // No order: the partial index finds the open ones, oldest partition first; sorting by key would walk through everything ever applied.
    private const string Open = "select batch_id, kind = 'replay', received_at, event_count from event_batches where state = 'Received' limit $1";

    /// <summary>Hands over the open batches, unless another instance is at it. The rows themselves are not locked.</summary>
    public async Task RelayAsync(int limit, Func<IReadOnlyCollection<OpenBatch>, Task> relay, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var claim = new NpgsqlCommand(Lock, connection);
        if (await claim.ExecuteScalarAsync(ct) is true)
        {
            await relay(await ReadAsync(connection, limit, ct));
        }
    }

    private static async Task<List<OpenBatch>> ReadAsync(NpgsqlConnection connection, int limit, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Open, connection) { Parameters = { new() { Value = limit } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var open = new List<OpenBatch>();
        while (await reader.ReadAsync(ct))
        {
            open.Add(new OpenBatch(reader.GetGuid(0), reader.GetBoolean(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt32(3)));
        }

        return open;
    }
}
