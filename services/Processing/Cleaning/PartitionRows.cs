using Npgsql;

namespace Freshet.Processing.Cleaning;

/// <summary>Day partitions and expired rows; the functions come with the schema.</summary>
public sealed class PartitionRows(NpgsqlDataSource dataSource)
{
    private const string DeleteKeys = """
        delete from event_keys where ctid = any(array(select ctid from event_keys where received_at < $1 limit $2))
        """;

    // People make these rows: they are few, and an index for this alone would cost more than it saves.
    private const string DeleteOverrides = """
        delete from overrides where ctid = any(array(select ctid from overrides where ended_at < $1 limit $2))
        """;

    /// <returns>How many partitions were missing.</returns>
    public Task<int> EnsureAsync(int daysAhead, CancellationToken ct) => ScalarAsync("select ensure_partitions($1)", daysAhead, ct);

    /// <summary>Drops what is older, except days that hold a batch that is still open.</summary>
    /// <returns>How many partitions were dropped.</returns>
    public Task<int> DropExpiredAsync(TimeSpan retention, CancellationToken ct) => ScalarAsync("select drop_expired_partitions($1)", retention, ct);

    /// <returns>How many keys were deleted, at most <paramref name="limit"/>.</returns>
    public Task<int> DeleteKeysAsync(DateTimeOffset before, int limit, CancellationToken ct) => DeleteAsync(DeleteKeys, before, limit, ct);

    /// <returns>How many ended overrides were deleted, at most <paramref name="limit"/>.</returns>
    public Task<int> DeleteOverridesAsync(DateTimeOffset before, int limit, CancellationToken ct) => DeleteAsync(DeleteOverrides, before, limit, ct);

    private async Task<int> DeleteAsync(string sql, DateTimeOffset before, int limit, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(sql);
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
