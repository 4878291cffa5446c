using Freshet.Processing.Failing;
using Freshet.Profiles.Ignoring;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Ignoring;

/// <summary>Writes what was counted of ignored fields from time to time, beside the transactions that apply. The rest is written at the end.</summary>
public sealed partial class IgnoredFieldClock(
    IgnoredFieldTally tally, IgnoredFieldStore store, IOptions<IgnoringOptions> options, TimeProvider time, ILogger<IgnoredFieldClock> logger)
    : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TickAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.Interval, time, stoppingToken);
            await TickAsync(stoppingToken);
        }
    }

    /// <summary>Writes what there is; what cannot be written is kept for the next time.</summary>
    public async Task TickAsync(CancellationToken ct)
    {
        var fields = tally.Take();
        if (fields.Count == 0)
        {
            return;
        }

        try
        {
            await store.AddAsync(fields, time.GetUtcNow() - options.Value.Retention, ct);
        }
        catch (Exception failure) when (Failures.IsTransient(failure) && !ct.IsCancellationRequested)
        {
            tally.Return(fields);
            Log.Held(logger, Failures.CodeOf(failure));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cannot write the report of ignored fields now ({Code}); the counts are kept", EventName = "ignored_fields.held")]
        public static partial void Held(ILogger logger, string code);
    }
}
