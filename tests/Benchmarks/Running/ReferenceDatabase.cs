using Npgsql;

namespace Freshet.Benchmarks.Running;

/// <summary>A database of the references' own, on the server that Freshet uses.</summary>
internal static class ReferenceDatabase
{
    private const string Name = "reference";

    /// <summary>Makes it unless it is there, and says how to connect and whether it is new.</summary>
    public static async Task<(NpgsqlConnectionStringBuilder Connection, bool IsNew)> OpenAsync(Lab lab, CancellationToken cancellationToken)
    {
        var server = await lab.ConnectionStringAsync("postgres", cancellationToken);
        await using var database = NpgsqlDataSource.Create(server!);
        await using var exists = database.CreateCommand($"select exists (select from pg_database where datname = '{Name}')");
        var isNew = !(bool)(await exists.ExecuteScalarAsync(cancellationToken))!;
        if (isNew)
        {
            await using var create = database.CreateCommand($"create database {Name}");
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        return (new NpgsqlConnectionStringBuilder(server) { Database = Name }, isNew);
    }
}
