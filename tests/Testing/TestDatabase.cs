using Freshet.Migrator.Schema;
using Freshet.Migrator.Workspaces;
using Npgsql;

namespace Freshet.Testing;

/// <summary>
/// A database of a test's own, with the schema and the partitions of the coming days. The first call of a test process migrates a
/// template; every call clones it, which is much faster than migrating.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SemaphoreSlim TemplateLock = new(1, 1);
    private static string? template;

    private TestDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        DataSource = NpgsqlDataSource.Create(connectionString);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>A database with schema and partitions and, if a folder of workspace files is given, with that workspace.</summary>
    public static async Task<TestDatabase> CreateAsync(string? workspacePath = null, CancellationToken cancellation = default)
    {
        var database = new TestDatabase(await RealServices.CreateDatabaseAsync(await TemplateAsync(cancellation)));
        if (workspacePath is not null)
        {
            await database.ApplyWorkspaceAsync(workspacePath, cancellation);
        }

        return database;
    }

    /// <summary>An empty database, without any schema.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync() => new(await RealServices.CreateDatabaseAsync());

    /// <summary>Applies workspace files, whose secrets are <see cref="TestSecrets"/>.</summary>
    public async Task ApplyWorkspaceAsync(string path, CancellationToken cancellation = default)
    {
        var reading = WorkspaceReader.Read(path, TestSecrets.Find);
        var workspace = reading.Definition ?? throw new ArgumentException(string.Join('\n', reading.Errors), nameof(path));
        await new WorkspaceStore(DataSource).ApplyAsync(workspace, cancellation);
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
        var own = new NpgsqlConnectionStringBuilder(ConnectionString);
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"drop database if exists \"{own.Database}\" with (force)", connection);
        await drop.ExecuteNonQueryAsync();
    }

    private static async Task<string> TemplateAsync(CancellationToken cancellation)
    {
        await TemplateLock.WaitAsync(cancellation);
        try
        {
            return template ??= await MigrateTemplateAsync(cancellation);
        }
        finally
        {
            TemplateLock.Release();
        }
    }

    private static async Task<string> MigrateTemplateAsync(CancellationToken cancellation)
    {
        // No pool: nobody may be connected to a database that is copied.
        var connectionString = new NpgsqlConnectionStringBuilder(await RealServices.CreateDatabaseAsync()) { Pooling = false }.ConnectionString;
        await using var database = NpgsqlDataSource.Create(connectionString);
        await new SchemaRunner(database, SchemaFiles.Embedded).RunAsync(cancellation);
        await Partitions.EnsureAsync(database, cancellation);
        return connectionString;
    }
}

/// <summary>Values of the parameters that the demo workspace names.</summary>
public static class TestSecrets
{
    public const string DemoWebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public const string DemoWriteKey = "write-key-of-the-tests";

    public static string? Find(string parameter) => parameter switch
    {
        "demo-webhook-secret" => DemoWebhookSecret,
        "demo-write-key" => DemoWriteKey,
        _ => null,
    };
}
