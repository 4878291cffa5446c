using Freshet.Migrator.Schema;
using Npgsql;

namespace Freshet.Testing;

/// <summary>
/// A database of a test's own, with the schema and the partitions of the coming days. The first call of a test process migrates a
/// template; every call clones it, which takes some 50 ms.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SemaphoreSlim TemplateLock = new(1, 1);
    private static string? migrated;

    private TestDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        DataSource = NpgsqlDataSource.Create(connectionString);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    public static async Task<TestDatabase> CreateAsync(CancellationToken cancellation = default)
    {
        var server = await PostgresServer.ConnectionStringAsync();
        var template = await TemplateAsync(server, cancellation);
        var name = $"test_{Guid.CreateVersion7():n}";
        await ExecuteAsync(server, $"create database {name} template {template}", cancellation);
        return new TestDatabase(WithDatabase(server, name));
    }

    /// <summary>An empty database, without any schema.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(CancellationToken cancellation = default)
    {
        var server = await PostgresServer.ConnectionStringAsync();
        var name = $"test_{Guid.CreateVersion7():n}";
        await ExecuteAsync(server, $"create database {name}", cancellation);
        return new TestDatabase(WithDatabase(server, name));
    }

    /// <summary>Runs statements without parameters, such as a test's own rows.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql) => (await ListAsync<T>(sql))[0];

    /// <summary>The first column of every row.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        var name = new NpgsqlConnectionStringBuilder(ConnectionString).Database;
        await ExecuteAsync(await PostgresServer.ConnectionStringAsync(), $"drop database if exists {name} with (force)", CancellationToken.None);
    }

    private static async Task<string> TemplateAsync(string server, CancellationToken cancellation)
    {
        await TemplateLock.WaitAsync(cancellation);
        try
        {
            return migrated ??= await MigrateTemplateAsync(server, cancellation);
        }
        finally
        {
            TemplateLock.Release();
        }
    }

    private static async Task<string> MigrateTemplateAsync(string server, CancellationToken cancellation)
    {
        var name = $"template_{Guid.CreateVersion7():n}";
        await ExecuteAsync(server, $"create database {name}", cancellation);
        await using var database = NpgsqlDataSource.Create(WithDatabase(server, name));
        await new SchemaRunner(database, SchemaFiles.Embedded).RunAsync(cancellation);
        await Partitions.EnsureAsync(database, cancellation);
        return name;
    }

    private static string WithDatabase(string server, string name) =>
        new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20, IncludeErrorDetail = true }.ConnectionString;

    private static async Task ExecuteAsync(string server, string sql, CancellationToken cancellation)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(maintenance);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
