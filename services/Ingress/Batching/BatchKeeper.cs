using Freshet.Contracts.Events;
using Freshet.Ingress.Spilling;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Failpoints;
using Freshet.Profiles.Storage;

namespace Freshet.Ingress.Batching;

/// <summary>
/// Keeps a batch in PostgreSQL, or, while that is away, in the broker's spill queue.
/// </summary>
/// <remarks>
/// A commit that timed out may have happened. The batch is spilled all the same: batch id and event ids are the same in both places, so
/// storing it again later finds itself, and nothing is counted or applied twice.
/// </remarks>
public sealed partial class BatchKeeper(
    EventLog events,
    SpillQueue spill,
    Announcer announcer,
    StoreWatch store,
    IngressMetrics metrics,
    KeeperContext context) : IBatchKeeper
{
    public async Task<KeepResult> KeepAsync(EventBatch batch)
    {
        var started = context.Time.GetTimestamp();
        var result = await StoreAsync(batch) is { } stored ? new KeepResult.Stored(stored) : await SpillAsync(batch);
        Report(batch, result, context.Time.GetElapsedTime(started));
        return result;
    }

    private async Task<AppendResult?> StoreAsync(EventBatch batch)
    {
        if (store.IsAway)
        {
            return null;
        }

        try
        {
            using var budget = new CancellationTokenSource(context.Options.StoreTimeout, context.Time);

            // WaitAsync besides the token: a server that hangs does not answer a cancellation either.
            var result = await events.AppendAsync(batch, budget.Token).WaitAsync(context.Options.StoreTimeout, context.Time);
            Failpoint.Hit(Failpoint.AfterInsert);
            return result;
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException or TimeoutException)
        {
            store.Failed();
            Log.StoreAway(context.Logger, failure.GetType().Name);
            return null;
        }
    }

    private async Task<KeepResult> SpillAsync(EventBatch batch)
    {
        try
        {
            using var budget = new CancellationTokenSource(context.Options.BrokerTimeout, context.Time);
            var sealedBatch = await events.SealAsync(batch, budget.Token);
            return await spill.TrySendAsync(sealedBatch, budget.Token) ? new KeepResult.Spilled() : Lost();
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            // This host never had a batch key, so nothing may leave it unsealed.
            return Lost();
        }
    }

    private KeepResult.Lost Lost() => new(context.Options.CircuitOpenFor);

    private void Report(EventBatch batch, KeepResult result, TimeSpan took)
    {
        var filtered = batch.Filtered.Sum(count => count.Count);
        switch (result)
        {
            case KeepResult.Stored { Result: var stored }:
                metrics.Kept(stored.Accepted, batch.Events.Count - stored.Accepted, filtered, took);
                if (stored.Accepted > 0)
                {
                    announcer.Announce(new EventsReceived(batch.BatchId, stored.Accepted));
                }

                Log.Received(context.Logger, LogLevel.Debug, batch.BatchId, "stored", stored.Accepted, batch.Events.Count - stored.Accepted, filtered, took.TotalSeconds);
                break;
            case KeepResult.Spilled:
                metrics.Spilled(batch.Events.Count, filtered);
                Log.Received(context.Logger, LogLevel.Information, batch.BatchId, "spilled", batch.Events.Count, 0, filtered, took.TotalSeconds);
                break;
            default:
                Log.Lost(context.Logger, batch.Events.Count);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message =
            "Batch {BatchId} {Outcome}: {Accepted} accepted, {Duplicates} duplicates, {Filtered} filtered in {Seconds:0.0000} s", EventName = "event.received")]
        public static partial void Received(ILogger logger, LogLevel level, Guid batchId, string outcome, int accepted, int duplicates, int filtered, double seconds);

        [LoggerMessage(2, LogLevel.Warning, "PostgreSQL does not take batches ({Failure}); they go to the spill queue", EventName = "store.away")]
        public static partial void StoreAway(ILogger logger, string failure);

        [LoggerMessage(3, LogLevel.Error, "Neither PostgreSQL nor RabbitMQ takes batches: {Events} events were refused with 503", EventName = "store.lost")]
        public static partial void Lost(ILogger logger, int events);
    }
}
