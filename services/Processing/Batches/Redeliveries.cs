using Freshet.Processing.Retrying;
using Freshet.Profiles.Storage;
using MassTransit;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Freshet.Processing.Batches;

/// <summary>
/// Counts the deliveries that no attempt survived to count. A batch that ends the process leaves no trace in its own transaction, so
/// the broker's count of deliveries is the only witness; without this the relay would bring the batch back forever. The broker counts a lost
/// connection as well, and messages that only waited: so an attempt is booked when it begins, and taken back when this process is alive at its end.
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

    // Not what the attempt itself has written meanwhile.
    private const string TakeBack = $"""
        update event_batches set attempt = attempt - 1, failure = null
        where batch_id = $1 and state = 'Received' and failure = '{ProcessEnded}' and attempt > 0
        """;

    /// <summary>Whether the message was given back so often that it may be what ends the process. It must not take others along.</summary>
    public bool IsSuspect(ConsumeContext context) =>
        (context.ReceiveContext.TransportHeaders.Get<long>(Header) ?? 0) >= options.Value.SuspectAfterDeliveries;

    /// <summary>Makes the attempt; it counts from its beginning on if the message was delivered suspiciously often.</summary>
    public async Task WatchAsync(ConsumeContext context, Func<Task> attempt, CancellationToken ct)
    {
        // Who tries again within one delivery has not ended.
        if (!IsSuspect(context) || context.GetRetryAttempt() > 0 || context.CorrelationId is not { } batchId)
        {
            await attempt();
            return;
        }

        await BookAsync(Count, batchId, options.Value.MaxAttempts, ct);
        Log.Suspect(logger, batchId);
        try
        {
            await attempt();
        }
        catch
        {
            await TryTakeBackAsync(batchId);
            throw;
        }
    }

    // Without the token: it is over when the connection to the broker was lost, which is when this matters.
    private async Task TryTakeBackAsync(Guid batchId)
    {
        try
        {
            await BookAsync(TakeBack, batchId, null, CancellationToken.None);
        }
        catch (Exception failure) when (StoreErrors.IsUnavailable(failure))
        {
            Log.NotTakenBack(logger, batchId);
        }
    }

    private async Task BookAsync(string sql, Guid batchId, int? maxAttempts, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = batchId });
        if (maxAttempts is { } most)
        {
            command.Parameters.Add(new() { Value = most });
        }

        await command.ExecuteNonQueryAsync(ct);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "Batch {BatchId} was given back unhandled again and again. If this process ends now as well, that counts as an attempt",
            EventName = "batch.suspect")]
        public static partial void Suspect(ILogger logger, Guid batchId);

        [LoggerMessage(2, LogLevel.Information, "PostgreSQL went away with batch {BatchId}, which keeps an attempt that says nothing about it",
            EventName = "batch.suspicion-kept")]
        public static partial void NotTakenBack(ILogger logger, Guid batchId);
    }
}
