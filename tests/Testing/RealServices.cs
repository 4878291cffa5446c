using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace Freshet.Testing;

/// <summary>
/// Real servers for tests: each is started when first asked for, shared by the whole test process, on random ports with
/// its own temporary data, and ends with the process (also when that is killed). Isolation is by database, virtual host
/// or key prefix.
/// </summary>
public static class RealServices
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task<string>> Postgres = Shared(builder => builder.AddPostgres("postgres"));
    private static readonly Lazy<Task<string>> Redis = Shared(builder => builder.AddRedis("redis"));
    private static readonly Lazy<Task<string>> RabbitMq = Shared(builder => builder.AddRabbitMQ("rabbitmq"));

    /// <summary>The server's connection string, without a database. Most tests want <see cref="CreateDatabaseAsync"/>.</summary>
    public static Task<string> PostgresAsync() => Postgres.Value;

    /// <summary>StackExchange.Redis's form: <c>localhost:port,password=...</c>.</summary>
    public static Task<string> RedisAsync() => Redis.Value;

    /// <summary><c>amqp://guest:...@localhost:port</c>.</summary>
    public static Task<string> RabbitMqAsync() => RabbitMq.Value;

    /// <summary>A fresh database.</summary>
    /// <param name="template">A database (name or connection string) to copy; nobody may be connected to it. Null: an empty one.</param>
    public static async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var server = await PostgresAsync();
        var name = $"test_{Guid.CreateVersion7():n}";
        var from = template is null ? "" : $" TEMPLATE \"{DatabaseName(template)}\"";
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE \"{name}\"{from}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    private static string DatabaseName(string template) =>
        template.Contains('=', StringComparison.Ordinal) ? new NpgsqlConnectionStringBuilder(template).Database! : template;

    private static Lazy<Task<string>> Shared<T>(Func<IDistributedApplicationBuilder, IResourceBuilder<T>> add)
        where T : IResourceWithConnectionString => new(() => Task.Run(() => StartAsync(add)));

    private static async Task<string> StartAsync<T>(Func<IDistributedApplicationBuilder, IResourceBuilder<T>> add)
        where T : IResourceWithConnectionString
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--Hosting:Temporary=true", "--Hosting:RandomizePorts=true"],
            DisableDashboard = true,
        });
        var server = add(builder).Resource;
        var application = builder.Build();
        using var patience = new CancellationTokenSource(StartTimeout);
        await application.StartAsync(patience.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(server.Name, patience.Token);
        return await server.GetConnectionStringAsync(patience.Token)
            ?? throw new InvalidOperationException($"'{server.Name}' has no connection string.");
    }
}
