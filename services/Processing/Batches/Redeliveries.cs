using Freshet.Processing.Retrying;
using MassTransit;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Freshet.Processing.Batches;

/// <summary>
/// Counts the deliveries that no attempt survived to count. A batch that ends the process leaves no trace in its own transaction, so
/// the broker's count of deliveries is the only witness; without this the relay would bring the batch back forever.
/// </summary>
public sealed partial class Redeliveries(NpgsqlDataSource dataSource, IOptions<RetryOptions> options, ILogger<Redeliveries> logger)
{
    /// <summary>Set by quorum queues, from the second delivery on: https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling.</summary>
    public const string Header = "x-delivery-count";

    /// <summary>The code of such an attempt's failure.</summary>
    public const string ProcessEnded = "process.ended";

    // In a transaction of its own: it must still be there when the attempt that follows ends the process.
    private const string Count = $"""
        update event_batches set attempt = attempt + 1, failure = '{ProcessEnded}'
        where batch_id = $1 and state = 'Received' and attempt < $2
        """;

    /// <summary>Books one attempt if the message was delivered suspiciously often.</summary>
    public async Task CountAsync(ConsumeContext context, CancellationToken ct)
    {
        var deliveries = context.ReceiveContext.TransportHeaders.Get<long>(Header) ?? 0;
        if (deliveries < options.Value.SuspectAfterDeliveries || context.CorrelationId is not { } batchId)
        {
            return;
        }

        await using var command = dataSource.CreateCommand(Count);
        command.Parameters.Add(new() { Value = batchId });
        command.Parameters.Add(new() { Value = options.Value.MaxAttempts });
        await command.ExecuteNonQueryAsync(ct);
        Log.Suspect(logger, batchId, deliveries);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "Batch {BatchId} was given back unhandled {Deliveries} times: the process that held it ended. That counts as an attempt",
            EventName = "batch.suspect")]
        public static partial void Suspect(ILogger logger, Guid batchId, long deliveries);
    }
}
