using Freshet.Processing.Failing;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Cleaning;

/// <summary>Makes the partitions of the coming days and lets go of what is older than the retention. Several instances may do it at a time.</summary>
public sealed partial class PartitionClock(PartitionRows rows, IOptions<CleaningOptions> options, TimeProvider time, ILogger<PartitionClock> logger)
    : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await TickAsync(stoppingToken);
            await Task.Delay(wait, time, stoppingToken);
        }
    }

    /// <summary>Looks once and says when to look again.</summary>
    public async Task<TimeSpan> TickAsync(CancellationToken ct)
    {
        try
        {
            var made = await rows.EnsureAsync(options.Value.DaysAhead, ct);
            var dropped = await rows.DropExpiredAsync(options.Value.Retention, ct);
            var keys = await DeleteAsync(rows.DeleteKeysAsync, options.Value.Retention, ct);
            var overrides = await DeleteAsync(rows.DeleteOverridesAsync, options.Value.OverrideRetention, ct);
            Log.Cleaned(logger, made, dropped, keys, overrides);
            return options.Value.Interval;
        }
        catch (Exception failure) when (Failures.IsTransient(failure) && !ct.IsCancellationRequested)
        {
            Log.Held(logger, Failures.CodeOf(failure));
            return AfterFailure;
        }
    }

    private async Task<int> DeleteAsync(Func<DateTimeOffset, int, CancellationToken, Task<int>> delete, TimeSpan retention, CancellationToken ct)
    {
        var before = time.GetUtcNow() - retention;
        var total = 0;
        var deleted = options.Value.DeleteSize;
        while (deleted == options.Value.DeleteSize)
        {
            deleted = await delete(before, options.Value.DeleteSize, ct);
            total += deleted;
        }

        return total;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Made {Made} partitions, dropped {Dropped}, deleted {Keys} event keys and {Overrides} ended overrides", EventName = "partitions.cleaned")]
        public static partial void Cleaned(ILogger logger, int made, int dropped, int keys, int overrides);

        [LoggerMessage(2, LogLevel.Warning, "Cannot see to the partitions now ({Code}); the clock looks again", EventName = "partitions.held")]
        public static partial void Held(ILogger logger, string code);
    }
}
