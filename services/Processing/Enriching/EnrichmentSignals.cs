using System.Collections.Concurrent;
using Freshet.Processing.Failing;
using Freshet.Processing.Signals;
using Freshet.Profiles.Enriching;

namespace Freshet.Processing.Enriching;

/// <summary>What enrichments wake and tell: names of enrichments and outcomes, nothing of a person.</summary>
public sealed partial class EnrichmentSignals(
    [FromKeyedServices(EnrichmentOrders.Channel)] Doorbell doorbell, ProcessingMetrics metrics, ILogger<EnrichmentSignals> logger)
{
    private readonly ConcurrentDictionary<string, string> last = [];

    /// <summary>Rings when there are new orders, or when a call has ended.</summary>
    public Doorbell Doorbell => doorbell;

    public void Held(Exception failure) => Log.Held(logger, Failures.CodeOf(failure));

    public void Broken(HttpEnrichment enrichment, Exception failure)
    {
        metrics.Enriched(enrichment.Name, "broken", null);
        Log.Broken(logger, enrichment.Name, Failures.CodeOf(failure), Failures.TraceOf(failure));
    }

    public void Ended(HttpEnrichment enrichment, string outcome, TimeSpan elapsed)
    {
        metrics.Enriched(enrichment.Name, outcome, elapsed);
        if (outcome == "obsolete")
        {
            return;
        }

        // A source that is down for an hour is one line, not one per order.
        var isNews = !last.TryGetValue(enrichment.Name, out var before) || before != outcome;
        last[enrichment.Name] = outcome;
        if (isNews && outcome is not ("answered" or EnrichmentWork.Shared or "not-known"))
        {
            Log.Changed(logger, enrichment.Name, outcome);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cannot take orders of enrichments now ({Code}); they stay due", EventName = "enrichments.held")]
        public static partial void Held(ILogger logger, string code);

        [LoggerMessage(2, LogLevel.Error, "An order of enrichment {Enrichment} broke off ({Code}); it is tried again later: {Trace}", EventName = "enrichment.broken")]
        public static partial void Broken(ILogger logger, string enrichment, string code, string trace);

        [LoggerMessage(3, LogLevel.Warning, "Orders of enrichment {Enrichment} end with {Outcome} now; docs/guides/enrich-from-a-provider.md says what it means",
            EventName = "enrichment.failing")]
        public static partial void Changed(ILogger logger, string enrichment, string outcome);
    }
}
