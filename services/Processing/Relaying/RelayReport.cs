using Freshet.Processing.Failing;

namespace Freshet.Processing.Relaying;

/// <summary>What the relay says of its work, and the clock that it reads.</summary>
public sealed partial class RelayReport(ProcessingMetrics metrics, TimeProvider time, ILogger<BatchRelay> logger)
{
    // Only the one loop of the relay reads and writes it.
    private readonly HashSet<string> held = [];

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

    /// <summary>Said once per outage: the relay looks every second.</summary>
    public void Held(string what, Exception failure)
    {
        if (held.Add(what))
        {
            Log.Held(logger, what, Failures.CodeOf(failure));
        }
    }

    public void Done(string what)
    {
        if (held.Remove(what))
        {
            Log.Resumed(logger, what);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Announced {Count} batches again", EventName = "relay.announced")]
        public static partial void Announced(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Information, "Published the changes of {Count} batches again", EventName = "relay.published")]
        public static partial void Published(ILogger logger, int count);

        [LoggerMessage(3, LogLevel.Warning, "The relay cannot go on {What} now ({Code}); it looks again until it can", EventName = "relay.held")]
        public static partial void Held(ILogger logger, string what, string code);

        [LoggerMessage(4, LogLevel.Information, "The relay goes on {What}", EventName = "relay.resumed")]
        public static partial void Resumed(ILogger logger, string what);
    }
}
