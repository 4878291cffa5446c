using Freshet.Processing.Bus;
using Freshet.Processing.Failing;
using Freshet.Processing.Signals;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Retrying;

/// <summary>
/// Sends RetryDue for every batch whose time has come. Several instances share the work by skipping each other's locked rows; one that
/// dies on the way leaves its rows due.
/// </summary>
public sealed partial class RetryClock(
    RetryRows rows,
    BatchAnnouncer announcer,
    [FromKeyedServices(Notifications.RetryChanged)] Doorbell doorbell,
    IOptions<RetryOptions> options,
    TimeProvider time,
    ProcessingMetrics metrics,
    ILogger<RetryClock> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await TickAsync(stoppingToken);
            await doorbell.WaitAsync(wait, stoppingToken);
        }
    }

    /// <summary>Sends what is due and says how long there is nothing to do.</summary>
    public async Task<TimeSpan> TickAsync(CancellationToken ct)
    {
        try
        {
            while (await SendDueAsync(ct) == options.Value.ClaimSize)
            {
                // A full claim: there may be more.
            }

            var next = await rows.NextAsync(ct);
            return Sleep.Until(next, time.GetUtcNow(), options.Value.PollInterval);
        }
        catch (Exception failure) when (Failures.IsTransient(failure) && !ct.IsCancellationRequested)
        {
            Log.Held(logger, Failures.CodeOf(failure));
            return options.Value.PollInterval;
        }
    }

    private async Task<int> SendDueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var sent = await rows.ClaimAsync(
            now, now + options.Value.Lease, options.Value.ClaimSize, due => announcer.RetryDueAsync(due.BatchId, due.Attempt, ct), ct);
        metrics.RetriesSent(sent);
        return sent;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cannot send retries now ({Code}); they stay due", EventName = "retries.held")]
        public static partial void Held(ILogger logger, string code);
    }
}
