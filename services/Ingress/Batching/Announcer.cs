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
public sealed partial class Announcer(BrokerSender broker, IngressMetrics metrics, IOptions<BatchingOptions> options, TimeProvider time, ILogger<Announcer> logger)
    : BackgroundService
{
    private const int Senders = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Processing announces what is older than its <c>Processing:Relaying:AnnounceAfter</c>, by default this.</summary>
    private static readonly TimeSpan RelayTakesOver = TimeSpan.FromSeconds(10);

    private static readonly Uri Address = new($"exchange:{Queues.EventBatches}");

    // Bounded: with the broker away announcements would only pile up, and the relay makes up for them.
    private readonly Channel<(EventsReceived Batch, long Since)> _batches =
        Channel.CreateBounded<(EventsReceived, long)>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.Wait });

    public void Announce(EventsReceived batch)
    {
        if (!_batches.Writer.TryWrite((batch, time.GetTimestamp())))
        {
            metrics.LeftToRelay();
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAllAsync(stoppingToken)));

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

    private async Task SendAllAsync(CancellationToken stopping)
    {
        await foreach (var (batch, since) in _batches.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (!await TryAnnounceAsync(batch, since, stopping))
            {
                metrics.LeftToRelay();
                Log.LeftToRelay(logger, batch.BatchId);
            }
        }
    }

    // A broker that was away for a moment gets the announcement when it is back. What is older has been taken over by the relay.
    private async Task<bool> TryAnnounceAsync(EventsReceived batch, long since, CancellationToken stopping)
    {
        while (true)
        {
            using var budget = new CancellationTokenSource(options.Value.BrokerTimeout);
            if (await broker.TrySendAsync(Address, batch, budget.Token))
            {
                return true;
            }

            if (time.GetElapsedTime(since) > RelayTakesOver)
            {
                return false;
            }

            await Task.Delay(Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Batch {BatchId} is left to the relay to announce", EventName = "batch.unannounced")]
        public static partial void LeftToRelay(ILogger logger, Guid batchId);
    }
}
