using Freshet.Contracts;
using Freshet.Processing.Failing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Freshet.Processing.Bus;

/// <summary>
/// Empties the error and skipped queues. MassTransit moves there what it could not deserialize, has no consumer for, or gave up on; nothing
/// may pile up unseen. It reads raw bytes, below MassTransit, since these are what MassTransit could not read.
/// </summary>
public sealed partial class ErrorQueues(
    Broker broker,
    UnreadableMessages unreadable,
    FaultedSpills spills,
    ProcessingMetrics metrics,
    TimeProvider time,
    ILogger<ErrorQueues> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly string[] Names =
        [Queues.EventBatchesError, Queues.EventBatchesSkipped, Queues.SpilledBatchesError, Queues.SpilledBatchesSkipped];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DrainAsync(stoppingToken);
            }
            catch (Exception failure) when (Failures.IsTransient(failure) && !stoppingToken.IsCancellationRequested)
            {
                Log.Away(logger, Failures.CodeOf(failure));
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    // Returns when the broker goes away; the loop connects again.
    private async Task DrainAsync(CancellationToken ct)
    {
        var factory = new ConnectionFactory { Uri = broker.Address, AutomaticRecoveryEnabled = false, ClientProvidedName = "freshet-error-queues" };
        await using var connection = await factory.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        await channel.BasicQosAsync(0, 1, global: false, ct);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        foreach (var name in Names)
        {
            await ConsumeAsync(channel, name, ct);
        }

        await closed.Task.WaitAsync(ct);
    }

    // Declared here too: a broker that lost its data has no Migrator to run again.
    private async Task ConsumeAsync(IChannel channel, string queue, CancellationToken ct)
    {
        var definition = Queues.All.Single(known => known.Name == queue);
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: ct);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(definition.Arguments), cancellationToken: ct);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: ct);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => TakeAsync(channel, queue, delivery, ct);
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, ct);
    }

    private async Task TakeAsync(IChannel channel, string queue, BasicDeliverEventArgs delivery, CancellationToken ct)
    {
        var message = FaultedMessage.Read(delivery.BasicProperties.MessageId, delivery.BasicProperties.Headers, delivery.Body.Span);
        if (message.IsAboutBatch)
        {
            metrics.Drained("left_to_relay");
            Log.LeftToRelay(logger, queue, message.Fault);
        }
        else
        {
            await KeepAsync(message, queue, delivery.Body.ToArray(), ct);
        }

        await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, ct);
    }

    // The consumer's edge: nothing may escape into the client library, which would swallow it. The message stays unacknowledged, the next
    // one waits behind it, and a mistake of ours is repeated in the log until it is mended; nothing is lost over it.
    private async Task KeepAsync(FaultedMessage message, string queue, byte[] body, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await KeepOnceAsync(message, queue, body, ct);
                return;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                Report(failure);
                await Task.Delay(Pause, time, ct);
            }
        }
    }

    private async Task KeepOnceAsync(FaultedMessage message, string queue, byte[] body, CancellationToken ct)
    {
        if (message.Spilled is { } spilled && await spills.TryStoreAsync(spilled, ct))
        {
            metrics.Drained("stored");
            Log.Stored(logger, spilled.BatchId, queue, message.Fault);
            return;
        }

        var isNew = await unreadable.KeepAsync(message, queue, body, ct);
        metrics.Drained(isNew ? "dead_lettered" : "known");
        metrics.DeadLettered(isNew ? 1 : 0, "bus");
        Log.Kept(logger, queue, body.Length, message.Fault);
    }

    private void Report(Exception failure)
    {
        if (Failures.IsTransient(failure))
        {
            Log.Away(logger, Failures.CodeOf(failure));
        }
        else
        {
            Log.Defect(logger, Failures.CodeOf(failure), Failures.TraceOf(failure));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Kept an unreadable message of {Bytes} bytes from {Queue} as a dead letter ({Fault})", EventName = "bus.unreadable")]
        public static partial void Kept(ILogger logger, string queue, int bytes, string fault);

        [LoggerMessage(2, LogLevel.Warning, "Dropped a message about a batch from {Queue} ({Fault}); the relay sends it again", EventName = "bus.left_to_relay")]
        public static partial void LeftToRelay(ILogger logger, string queue, string fault);

        [LoggerMessage(3, LogLevel.Warning, "Cannot empty the error queues now ({Code}); tried again", EventName = "bus.error_queues_held")]
        public static partial void Away(ILogger logger, string code);

        [LoggerMessage(4, LogLevel.Error, "Cannot keep an unreadable message by a mistake of ours ({Code}); it waits: {Trace}", EventName = "bus.defect")]
        public static partial void Defect(ILogger logger, string code, string trace);

        [LoggerMessage(5, LogLevel.Warning, "Stored spilled batch {BatchId} from {Queue}, which had failed before ({Fault})", EventName = "bus.spill_stored")]
        public static partial void Stored(ILogger logger, Guid batchId, string queue, string fault);
    }
}
