using Freshet.Contracts;
using Freshet.Migrator.Running;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Freshet.Migrator.Topology;

/// <summary>
/// Declares every queue of <see cref="Queues"/> with the exchange that stands before it, so that a sender never meets a broker
/// that would drop its message for want of a queue. Declaring what exists changes nothing.
/// </summary>
public static class BrokerTopology
{
    private const ushort PreconditionFailed = 406;

    /// <summary>Returns how many queues there are.</summary>
    /// <exception cref="MigrationException">A queue exists with other arguments.</exception>
    public static async Task<int> DeclareAsync(IConnection connection, IReadOnlyList<QueueDefinition> queues, CancellationToken cancellation)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        foreach (var queue in queues)
        {
            try
            {
                await DeclareAsync(channel, queue, cancellation);
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == PreconditionFailed)
            {
                throw new MigrationException(
                    $"RabbitMQ has '{queue.Name}' with other properties than this release needs ({e.ShutdownReason.ReplyText}). When it is empty, " +
                    $"delete it (rabbitmqctl delete_queue {queue.Name}) and start again: events wait in PostgreSQL meanwhile.", e);
            }
        }

        return queues.Count;
    }

    // Exactly what MassTransit declares for a receive endpoint of this name, so that it does not matter who comes first.
    private static async Task DeclareAsync(IChannel channel, QueueDefinition queue, CancellationToken cancellation)
    {
        await channel.ExchangeDeclareAsync(queue.Name, ExchangeType.Fanout, durable: true, cancellationToken: cancellation);
        await channel.QueueDeclareAsync(
            queue.Name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(queue.Arguments), cancellationToken: cancellation);
        await channel.QueueBindAsync(queue.Name, queue.Name, routingKey: "", cancellationToken: cancellation);
    }
}
