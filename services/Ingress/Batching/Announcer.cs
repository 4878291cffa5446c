using System.Threading.Channels;
using Freshet.Contracts;
using Freshet.Contracts.Events;
using Freshet.Ingress.Spilling;
using Microsoft.Extensions.Options;

namespace Freshet.Ingress.Batching;

/// <summary>
/// Tells Processing of stored batches, after the answer and off its path. An announcement that the broker does not confirm is only
/// counted: the relay in Processing announces every batch that stays behind.
/// </summary>
public sealed partial class Announcer(BrokerSender broker, IngressMetrics metrics, IOptions<BatchingOptions> options, ILogger<Announcer> logger)
    : BackgroundService
{
    private const int Senders = 4;

    private static readonly Uri Address = new($"exchange:{Queues.EventBatches}");

    // Bounded: with the broker away announcements would only pile up, and the relay makes up for them.
    private readonly Channel<EventsReceived> _batches =
        Channel.CreateBounded<EventsReceived>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.Wait });

    public void Announce(EventsReceived batch)
    {
        if (!_batches.Writer.TryWrite(batch))
        {
            metrics.LeftToRelay();
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAllAsync()));

    /// <summary>Sends what waits, bounded by the host's time for stopping.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _batches.Writer.TryComplete();
        if (ExecuteTask is { } sending)
        {
            await Task.WhenAny(sending, Task.Delay(Timeout.Infinite, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
    }

    private async Task SendAllAsync()
    {
        await foreach (var batch in _batches.Reader.ReadAllAsync())
        {
            using var budget = new CancellationTokenSource(options.Value.BrokerTimeout);
            if (!await broker.TrySendAsync(Address, batch, budget.Token))
            {
                metrics.LeftToRelay();
                Log.LeftToRelay(logger, batch.BatchId);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Batch {BatchId} is left to the relay to announce", EventName = "batch.unannounced")]
        public static partial void LeftToRelay(ILogger logger, Guid batchId);
    }
}
