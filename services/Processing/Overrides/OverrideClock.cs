using Freshet.Processing.Failing;
using Freshet.Processing.Retrying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Overrides;

/// <summary>
/// Ends overrides on time: publishes their profiles again at the instant at which they expire. Readers leave out what has expired by themselves, so
/// a clock that is late costs subscribers a moment and shows nobody a wrong value.
/// </summary>
public sealed partial class OverrideClock(
    TraitOverrides overrides, BatchPublisher publisher, IOptions<OverrideOptions> options, TimeProvider time, ILogger<OverrideClock> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(await TickAsync(stoppingToken), time, stoppingToken);
        }
    }

    /// <summary>Ends what is due and says how long there is nothing to do.</summary>
    public async Task<TimeSpan> TickAsync(CancellationToken ct)
    {
        try
        {
            while (await EndAsync(options.Value.ClaimSize, ct) == options.Value.ClaimSize)
            {
                // A full claim: there may be more.
            }

            return Sleep.Until(await overrides.NextExpiryAsync(ct), time.GetUtcNow(), options.Value.PollInterval);
        }
        catch (Exception failure) when (Failures.IsTransient(failure) && !ct.IsCancellationRequested)
        {
            Log.Held(logger, Failures.CodeOf(failure));
            return options.Value.PollInterval;
        }
    }

    private async Task<int> EndAsync(int claim, CancellationToken ct)
    {
        try
        {
            var (due, batchId) = await overrides.ExpireAsync(time.GetUtcNow(), claim, ct);
            if (batchId is not null)
            {
                // Redis away: the relay publishes it later.
                await publisher.PublishAsync(batchId.Value, ct);
            }

            return due;
        }
        catch (SealingException failure) when (failure.IsErased && claim > 1)
        {
            // Somebody among them was erased. One at a time, until that one is closed.
            var ended = 0;
            while (ended < claim && await EndAsync(1, ct) == 1)
            {
                ended++;
            }

            return ended;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cannot end overrides now ({Code}); readers leave them out by themselves", EventName = "overrides.held")]
        public static partial void Held(ILogger logger, string code);
    }
}
