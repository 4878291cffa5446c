using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Aspire.Hosting;

public static class PostgresBuilderExtensions
{
    /// <summary>A PostgreSQL server: the one installed on the machine, else the distribution's packages, unpacked privately.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var secret = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password");
        var server = new PostgresServerResource(name, userName?.Resource, secret);
        var key = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key, new PostgresHealthCheck(server, "postgres"), failureStatus: null, tags: null));
        builder.Eventing.Subscribe<ResourceReadyEvent>(server, (ready, token) => CreateDatabasesAsync(server, ready.Services, token));
        return builder.AddResource(server)
            .WithAnnotation(new PostgresServer(server))
            .WithAnnotation(ServerEndpoint.Tcp(port))
            .WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>A database, created when the server is ready and it does not exist.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        var result = builder.ApplicationBuilder.AddResource(database);
        builder.Resource.AddDatabase(database);
        var key = $"{name}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key, new PostgresHealthCheck(database, database: null), failureStatus: null, tags: null));
        return result.WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Run instead of <c>CREATE DATABASE "name"</c>.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> WithCreationScript(
        this IResourceBuilder<PostgresDatabaseResource> builder, string script)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(script);
        return builder.WithAnnotation(new CreationScriptAnnotation(script), ResourceAnnotationMutationBehavior.Replace);
    }

    public static IResourceBuilder<PostgresServerResource> WithHostPort(
        this IResourceBuilder<PostgresServerResource> builder, int? port)
    {
        ServerEndpoint.Of(builder.Resource).Port = port;
        return builder;
    }

    public static IResourceBuilder<PostgresServerResource> WithPassword(
        this IResourceBuilder<PostgresServerResource> builder, IResourceBuilder<ParameterResource> password)
    {
        builder.Resource.PasswordParameter = password.Resource;
        return builder;
    }

    public static IResourceBuilder<PostgresServerResource> WithUserName(
        this IResourceBuilder<PostgresServerResource> builder, IResourceBuilder<ParameterResource> userName)
    {
        builder.Resource.UserNameParameter = userName.Resource;
        return builder;
    }

    /// <summary>Keeps the data between runs. Here they always are, in the data directory; so this changes nothing.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }

    private static async Task CreateDatabasesAsync(
        PostgresServerResource server, IServiceProvider services, CancellationToken cancellationToken)
    {
        var logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(server);
        var text = await ((IResourceWithConnectionString)server).GetConnectionStringAsync(cancellationToken);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(text) { Database = "postgres", Pooling = false });
        foreach (var database in server.DatabaseResources)
        {
            // Asked first: a refused CREATE DATABASE would stand in the server's log as an error at every start.
            await using var exists = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
            exists.Parameters.Add(new NpgsqlParameter { Value = database.DatabaseName });
            if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
            {
                continue;
            }

            var script = database.TryGetLastAnnotation<CreationScriptAnnotation>(out var given)
                ? given.Script
                : $"CREATE DATABASE \"{database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            try
            {
                await using var command = source.CreateCommand(script);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.DuplicateDatabase)
            {
                // Somebody made it in between.
            }
            catch (PostgresException fault)
            {
                Log.DatabaseNotCreated(logger, database.DatabaseName, fault.MessageText);
            }
        }
    }

    /// <summary>Opens a new connection each time: an old one says nothing about whether the next will be accepted.</summary>
    private sealed class PostgresHealthCheck(IResourceWithConnectionString resource, string? database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                var text = await resource.GetConnectionStringAsync(cancellationToken);
                var parts = new NpgsqlConnectionStringBuilder(text) { Pooling = false, Timeout = 5, CommandTimeout = 5 };
                parts.Database = database ?? parts.Database;
                await using var connection = new NpgsqlConnection(parts.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                await using var command = new NpgsqlCommand("SELECT 1", connection);
                return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == 1
                    ? HealthCheckResult.Healthy()
                    : HealthCheckResult.Unhealthy("SELECT 1 gave another answer.");
            }
            catch (NpgsqlException fault)
            {
                return HealthCheckResult.Unhealthy(fault.Message, fault);
            }
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Database {Database} could not be created: {Reason}")]
    public static partial void DatabaseNotCreated(ILogger logger, string database, string reason);
}
