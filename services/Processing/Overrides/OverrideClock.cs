using Freshet.Processing.Failing;
using Freshet.Processing.Retrying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Overrides;
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
    /// <summary>The last one that could not be ended: what expired before it has ended, or could not be ended either. Null: none, as nearly always.</summary>
    private DueOverride? steppedOver;

    /// <summary>When those that were stepped over are tried again.</summary>
    private DateTimeOffset again;

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
            if (time.GetUtcNow() >= again)
            {
                steppedOver = null;
            }

            while (await EndAsync(ct) == options.Value.ClaimSize)
            {
                // A full claim: there may be more.
            }

            return Sleep.Until(await overrides.NextExpiryAsync(steppedOver, ct), time.GetUtcNow(), options.Value.PollInterval);
        }
        catch (Exception failure) when (Failures.IsTransient(failure) && !ct.IsCancellationRequested)
        {
            Log.Held(logger, Failures.CodeOf(failure));
            return options.Value.PollInterval;
        }
    }

    private async Task<int> EndAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await overrides.DueAsync(now, steppedOver, options.Value.ClaimSize, ct);
        if (due.Count == 0)
        {
            return 0;
        }

        try
        {
            await EndAsync(due, now, ct);
        }
        catch (Exception failure) when (IsOfAProfile(failure, ct))
        {
            // One of the profiles: each alone finds out which, and the others end on time.
            foreach (var one in due)
            {
                await EndOrStepOverAsync(one, now, ct);
            }
        }

        return due.Count;
    }

    private async Task EndOrStepOverAsync(DueOverride one, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            await EndAsync([one], now, ct);
        }
        catch (Exception failure) when (IsOfAProfile(failure, ct))
        {
            Log.SteppedOver(logger, one.Id, Failures.CodeOf(failure), Failures.TraceOf(failure));
            again = steppedOver is null ? now + options.Value.StuckInterval : again;
            steppedOver = one;
        }
    }

    private async Task EndAsync(IReadOnlyList<DueOverride> due, DateTimeOffset now, CancellationToken ct)
    {
        if (await overrides.ExpireAsync(due, now, ct) is { } batchId)
        {
            // Redis away: the relay publishes it later.
            await publisher.PublishAsync(batchId, ct);
        }
    }

    // What is wrong with the server is wrong for all of them: it is held and tried again.
    private static bool IsOfAProfile(Exception failure, CancellationToken ct) => !Failures.IsTransient(failure) && !ct.IsCancellationRequested;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cannot end overrides now ({Code}); readers leave them out by themselves", EventName = "overrides.held")]
        public static partial void Held(ILogger logger, string code);

        [LoggerMessage(
            2, LogLevel.Error, "Override {OverrideId} expired and cannot be taken off its profile ({Code}); readers leave it out, subscribers are not told: {Trace}",
            EventName = "overrides.stuck")]
        public static partial void SteppedOver(ILogger logger, Guid overrideId, string code, string trace);
    }
}
