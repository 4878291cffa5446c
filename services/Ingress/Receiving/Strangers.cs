using System.Collections.Concurrent;
using Freshet.Ingress.Limits;
using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Receiving;

/// <summary>
/// Requests that nobody proved: counted, held back per address, and told of in one line at a time. Nothing of them reaches a store, and nothing that
/// they say reaches the log.
/// </summary>
public sealed partial class Strangers(AddressLimits addresses, IngressMetrics metrics, TimeProvider time, ILogger<Strangers> logger) : BackgroundService
{
    /// <summary>How often there is a line, if there is anything to tell.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    // As many as there are sources and checks.
    private readonly ConcurrentDictionary<(string Source, Outcome Check), int> _counts = [];

    /// <summary>What a stranger is answered: a refusal, or to come later if its address has failed too often.</summary>
    /// <param name="http">The request.</param>
    /// <param name="refusal">The answer.</param>
    /// <param name="sourceId">The source that it claimed to be, if there is one of that name.</param>
    /// <param name="check">The check that failed, if it came so far.</param>
    public Refusal Meet(HttpContext http, Refusal refusal, string? sourceId = null, Outcome? check = null)
    {
        if (check is { } failed)
        {
            metrics.Unproven(failed);
            _counts.AddOrUpdate((sourceId ?? "", failed), 1, static (_, count) => count + 1);
        }

        // Proof comes first and is cheap, so a flood of forgeries never locks out the true sender behind the same address.
        return addresses.TryFailure(http.Connection.RemoteIpAddress) is { } wait ? Refusal.TooFast(wait) : refusal;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Tell();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Tell();
        }
    }

    private void Tell()
    {
        var told = new List<(string Source, Outcome Check, int Count)>();
        foreach (var key in _counts.Keys)
        {
            if (_counts.TryRemove(key, out var count))
            {
                told.Add((key.Source, key.Check, count));
            }
        }

        if (told.Count > 0)
        {
            Log.Unproven(logger, told.Sum(one => one.Count), string.Join(", ", told.Select(one => $"{one.Source} {one.Check} {one.Count}").Order(StringComparer.Ordinal)));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} webhooks did not prove who sent them: {Sources}", EventName = "webhooks.unproven")]
        public static partial void Unproven(ILogger logger, int count, string sources);
    }
}
