using Freshet.Processing.Failing;

namespace Freshet.Processing.Relaying;

/// <summary>What the relay says of its work, and the clock that it reads.</summary>
public sealed partial class RelayReport(ProcessingMetrics metrics, TimeProvider time, ILogger<BatchRelay> logger)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public void Announced(int count)
    {
        if (count > 0)
        {
            metrics.Relayed(count, "announced");
            Log.Announced(logger, count);
        }
    }

    public void Published(int count)
    {
        if (count > 0)
        {
            metrics.Relayed(count, "published");
            Log.Published(logger, count);
        }
    }

    public void Held(string what, Exception failure) => Log.Held(logger, what, Failures.CodeOf(failure));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Announced {Count} batches again", EventName = "relay.announced")]
        public static partial void Announced(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Information, "Published the changes of {Count} batches again", EventName = "relay.published")]
        public static partial void Published(ILogger logger, int count);

        [LoggerMessage(3, LogLevel.Warning, "The relay cannot go on {What} now ({Code}); it looks again", EventName = "relay.held")]
        public static partial void Held(ILogger logger, string what, string code);
    }
}
