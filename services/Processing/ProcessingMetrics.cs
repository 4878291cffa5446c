using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Freshet.Processing;

/// <summary>The vital signs of this host. Tags have few values: outcomes, kinds, reasons; never an id.</summary>
public sealed class ProcessingMetrics
{
    public const string MeterName = "Freshet.Processing";

    private readonly Counter<long> batches;
    private readonly Counter<long> events;
    private readonly Counter<long> attempts;
    private readonly Counter<long> deadLettered;
    private readonly Counter<long> relayed;
    private readonly Counter<long> drained;
    private readonly Counter<long> retries;
    private readonly Histogram<double> lag;
    private readonly Counter<long> enrichments;
    private readonly Histogram<double> enrichmentDuration;

    public ProcessingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        batches = meter.CreateCounter<long>("freshet.processing.batches", "{batch}", "Batches by what one attempt did to them.");
        events = meter.CreateCounter<long>("freshet.processing.events", "{event}", "Events of batches that were applied.");
        attempts = meter.CreateCounter<long>("freshet.processing.attempts", "{attempt}", "Failed attempts by kind of failure.");
        deadLettered = meter.CreateCounter<long>("freshet.processing.dead_lettered", "{event}", "Events that were parked, by stage.");
        relayed = meter.CreateCounter<long>("freshet.processing.relayed", "{batch}", "Batches that were announced or published again.");
        drained = meter.CreateCounter<long>("freshet.processing.drained", "{message}", "Messages taken out of error and skipped queues.");
        retries = meter.CreateCounter<long>("freshet.processing.retries", "{batch}", "Retries whose time came.");
        enrichments = meter.CreateCounter<long>("freshet.processing.enrichments", "{order}", "Orders of enrichments by what one attempt did to them.");
        enrichmentDuration = meter.CreateHistogram(
            "freshet.processing.enrichment.duration",
            "s",
            "From taking an order to its end, or to the failure.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30] });
        lag = meter.CreateHistogram(
            "freshet.processing.lag",
            "s",
            "From the receipt of a batch to its commit.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300] });
    }

    public void BatchMoved(string outcome) => batches.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void BatchUnknown() => BatchMoved("unknown");

    public void EventsApplied(int count, TimeSpan sinceReceipt)
    {
        events.Add(count);
        lag.Record(sinceReceipt.TotalSeconds);
    }

    public void AttemptFailed(string kind) => attempts.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void DeadLettered(int count, string stage) => deadLettered.Add(count, new KeyValuePair<string, object?>("stage", stage));

    public void Relayed(int count, string what) => relayed.Add(count, new KeyValuePair<string, object?>("what", what));

    public void Drained(string result) => drained.Add(1, new KeyValuePair<string, object?>("result", result));

    public void RetriesSent(int count) => retries.Add(count);

    /// <param name="name">Of the enrichment.</param>
    /// <param name="outcome">What came of an order.</param>
    /// <param name="elapsed">Null: unknown.</param>
    public void Enriched(string name, string outcome, TimeSpan? elapsed)
    {
        var tags = new TagList { { "outcome", outcome }, { "freshet.enrichment", name } };
        enrichments.Add(1, tags);
        if (elapsed is { } duration)
        {
            enrichmentDuration.Record(duration.TotalSeconds, tags);
        }
    }
}
