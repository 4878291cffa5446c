using Npgsql;

namespace Freshet.Processing.Cleaning;

/// <summary>Day partitions and expired rows; the functions come with the schema.</summary>
public sealed class PartitionRows(NpgsqlDataSource dataSource)
{
    private const string DeleteKeys = """
        delete from event_keys where ctid = any(array(select ctid from event_keys where received_at < $1 limit $2))
        """;

    /// <returns>How many partitions were missing.</returns>
    public Task<int> EnsureAsync(int daysAhead, CancellationToken ct) => ScalarAsync("select ensure_partitions($1)", daysAhead, ct);

    /// <summary>Drops what is older, except days that hold a batch that is still open.</summary>
    /// <returns>How many partitions were dropped.</returns>
    public Task<int> DropExpiredAsync(TimeSpan retention, CancellationToken ct) => ScalarAsync("select drop_expired_partitions($1)", retention, ct);

    /// <returns>How many keys were deleted, at most <paramref name="limit"/>.</returns>
    public async Task<int> DeleteKeysAsync(DateTimeOffset before, int limit, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(DeleteKeys);
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = limit });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<int> ScalarAsync(string sql, object argument, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = argument });
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }
}
