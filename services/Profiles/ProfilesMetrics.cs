using System.Diagnostics;
using System.Diagnostics.Metrics;
using Freshet.Profiles.Applying;

namespace Freshet.Profiles;

/// <summary>What the module measures. Meter and activity source <c>Freshet.Profiles</c>.</summary>
public sealed class ProfilesMetrics
{
    public const string Name = "Freshet.Profiles";

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Histogram<double> applyDuration;
    private readonly Counter<long> applied;
    private readonly Counter<long> parked;
    private readonly Counter<long> merged;
    private readonly Counter<long> rejected;
    private readonly Counter<long> cacheReads;
    private readonly Histogram<double> publishLag;

    public ProfilesMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds };
        applyDuration = meter.CreateHistogram("freshet.profiles.apply.duration", "s", "From locking batches to their commit", advice: advice);
        applied = meter.CreateCounter<long>("freshet.profiles.events.applied", "{event}", "Events applied to profiles");
        parked = meter.CreateCounter<long>("freshet.profiles.events.parked", "{event}", "Events that became dead letters");
        merged = meter.CreateCounter<long>("freshet.profiles.merged", "{profile}", "Profiles that another one took over");
        rejected = meter.CreateCounter<long>("freshet.profiles.values.rejected", "{value}", "Values of events that their trait could not take");
        cacheReads = meter.CreateCounter<long>("freshet.profiles.cache.reads", "{profile}", "Reads of fresh profiles, by outcome");
        publishLag = meter.CreateHistogram("freshet.profiles.publish.lag", "s", "From a batch's commit to its changes being in Redis", advice: advice);
    }

    internal static ActivitySource Activities { get; } = new(Name);

    internal void BatchesApplied(TimeSpan duration, IReadOnlyList<BatchWork> works)
    {
        applyDuration.Record(duration.TotalSeconds);
        applied.Add(works.Sum(work => work.Applied));
        
        // Of a joint decision every batch tells who was taken over.
        merged.Add(works.SelectMany(work => work.Merged).Distinct().Count());
        foreach (var (stage, count) in works.SelectMany(work => work.Parked).CountBy(letter => letter.Failure.Stage))
        {
            EventsParked(count, stage);
        }

        foreach (var (sourceId, value) in works.SelectMany(work => work.Rejected))
        {
            rejected.Add(1, new("freshet.source", sourceId), new KeyValuePair<string, object?>("freshet.trait", value.Trait));
        }
    }

    internal void EventsParked(int count, string stage) => parked.Add(count, new KeyValuePair<string, object?>("freshet.stage", stage));

    internal void CacheRead(string outcome, int count)
    {
        if (count > 0)
        {
            cacheReads.Add(count, new KeyValuePair<string, object?>("freshet.cache.outcome", outcome));
        }
    }

    internal void Published(TimeSpan lag) => publishLag.Record(Math.Max(0, lag.TotalSeconds));
}
