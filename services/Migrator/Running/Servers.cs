using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Freshet.Migrator.Running;

/// <summary>Reaches PostgreSQL and RabbitMQ, waiting for those that are still starting.</summary>
public sealed class Servers(NpgsqlDataSource database, Patience patience, IOptions<MigratorOptions> options)
{
    private const string NoSuchDatabase = "3D000";

    public async Task PostgreSqlAsync(CancellationToken cancellation)
    {
        var target = new NpgsqlConnectionStringBuilder(options.Value.PostgreSql);
        var server = $"PostgreSQL at {target.Host}:{target.Port}";
        try
        {
            await using var connection = await patience.UntilAsync(server, token => database.OpenConnectionAsync(token).AsTask(), PostgreSqlReason, cancellation);
        }
        catch (PostgresException e)
        {
            throw new MigrationException($"{server} refuses this Migrator: {e.SqlState} {e.MessageText}. Correct ConnectionStrings:freshet.", e);
        }
    }

    public async Task<IConnection> RabbitMqAsync(CancellationToken cancellation)
    {
        var factory = new ConnectionFactory
        {
            Uri = AddressOfRabbitMq(),
            AutomaticRecoveryEnabled = false,
            ClientProvidedName = "freshet-migrator",
        };
        var server = $"RabbitMQ at {factory.HostName}:{factory.Endpoint.Port}";
        try
        {
            return await patience.UntilAsync(server, factory.CreateConnectionAsync, RabbitMqReason, cancellation);
        }
        catch (BrokerUnreachableException e) when (e.InnerException is AuthenticationFailureException)
        {
            throw new MigrationException($"{server} refuses this Migrator's user name or password. Correct ConnectionStrings:rabbitmq.", e);
        }
    }

    private Uri AddressOfRabbitMq() =>
        Uri.TryCreate(options.Value.RabbitMq, UriKind.Absolute, out var address) && address.Scheme is "amqp" or "amqps"
            ? address
            : throw new MigrationException("ConnectionStrings:rabbitmq is no address of a broker; write it like amqp://user:password@localhost:5672");

    // Still starting (57P03), or the database will be created in a moment by whoever started the server.
    private static string? PostgreSqlReason(Exception failure) => failure switch
    {
        PostgresException { SqlState: NoSuchDatabase } e => e.MessageText,
        PostgresException e => e.IsTransient ? e.MessageText : null,
        NpgsqlException { InnerException: SocketException e } => e.Message,
        NpgsqlException { IsTransient: true } e => e.Message,
        _ => null,
    };

    private static string? RabbitMqReason(Exception failure) =>
        failure is BrokerUnreachableException { InnerException: not AuthenticationFailureException } e ? InnermostOf(e).Message : null;

    private static Exception InnermostOf(Exception e) => e.GetBaseException();
}
