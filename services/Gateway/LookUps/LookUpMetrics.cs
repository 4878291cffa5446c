using System.Diagnostics;
using System.Diagnostics.Metrics;
using Freshet.Gateway.Execution;

namespace Freshet.Gateway.LookUps;

/// <summary>Counts and times of look-ups. Tags are a source of the workspace and an outcome: nothing of a person.</summary>
public sealed class LookUpMetrics
{
    private readonly Counter<long> lookUps;
    private readonly Histogram<double> duration;

    public LookUpMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(OperationMetrics.MeterName);
        lookUps = meter.CreateCounter<long>("freshet.gateway.lookups", "{lookup}", "Look-ups that stale traits gave reason for; queries that share one count once.");
        duration = meter.CreateHistogram(
            "freshet.gateway.lookup.duration",
            "s",
            "From asking a source to its answer being applied, or the failure.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5] });
    }

    /// <param name="sourceId">Who was to be asked.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="elapsed">Null: nobody was asked.</param>
    public void Ended(string sourceId, LookUpResult result, TimeSpan? elapsed)
    {
        var tags = new TagList { { "freshet.source", sourceId }, { "outcome", LookUpOutcome.Word(result) } };
        lookUps.Add(1, tags);
        if (elapsed is { } time)
        {
            duration.Record(time.TotalSeconds, tags);
        }
    }
}
