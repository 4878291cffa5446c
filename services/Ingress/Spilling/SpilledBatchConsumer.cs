using Freshet.Contracts.Events;
using Freshet.Ingress.Batching;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Storage;
using MassTransit;

namespace Freshet.Ingress.Spilling;

/// <summary>Stores spilled batches when PostgreSQL is back. Until then it holds a few unacknowledged and lets the rest lie in the broker.</summary>
public sealed partial class SpilledBatchConsumer(EventLog events, StoreWatch store, Announcer announcer, ILogger<SpilledBatchConsumer> logger)
    : IConsumer<BatchSpilled>
{
    public async Task Consume(ConsumeContext<BatchSpilled> context)
    {
        var (batchId, keyId, payload) = context.Message;
        while (true)
        {
            await store.BackAsync(context.CancellationToken);
            try
            {
                var result = await events.AppendSealedAsync(batchId, keyId, payload, context.CancellationToken);
                if (result.Accepted > 0)
                {
                    announcer.Announce(new EventsReceived(batchId, result.Accepted));
                }

                Log.Stored(logger, batchId, result.Accepted, result.Duplicates.Count);
                return;
            }
            catch (StoreUnavailableException)
            {
                // Whoever notices first starts the watch; this message waits for its end like all others.
                store.Failed();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Spilled batch {BatchId} stored: {Accepted} accepted, {Duplicates} duplicates", EventName = "batch.unspilled")]
        public static partial void Stored(ILogger logger, Guid batchId, int accepted, int duplicates);
    }
}
