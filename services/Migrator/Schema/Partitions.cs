using Npgsql;

namespace Freshet.Migrator.Schema;

/// <summary>The day partitions. The work itself is in <c>0002_partitions.sql</c>, since Processing calls the same functions every day.</summary>
public static class Partitions
{
    /// <summary>Makes the partitions from yesterday to three days ahead. Returns how many were missing.</summary>
    public static async Task<int> EnsureAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select ensure_partitions()");
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
