using System.Diagnostics.Metrics;
using Freshet.Ingress.Verifying;

namespace Freshet.Ingress;

/// <summary>The vital signs of this host. Meter <c>Freshet.Ingress</c>.</summary>
public sealed class IngressMetrics
{
    public const string MeterName = "Freshet.Ingress";

    private readonly Counter<long> _received;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _filtered;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _unproven;
    private readonly Counter<long> _spilled;
    private readonly Counter<long> _unannounced;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _accept;

    public IngressMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] };
        _received = meter.CreateCounter<long>("freshet.ingress.events.received", "{event}", "Events that are durable and new.");
        _duplicates = meter.CreateCounter<long>("freshet.ingress.events.duplicate", "{event}", "Events that were known before.");
        _filtered = meter.CreateCounter<long>("freshet.ingress.events.filtered", "{event}", "Events that their source's settings leave out.");
        _refused = meter.CreateCounter<long>("freshet.ingress.events.refused", "{event}", "Events or requests that were not accepted, by code.");
        _unproven = meter.CreateCounter<long>("freshet.ingress.requests.unproven", "{request}", "Webhooks whose signature failed, by the check that did.");
        _spilled = meter.CreateCounter<long>("freshet.ingress.events.spilled", "{event}", "Events that the broker keeps until PostgreSQL is back.");
        _unannounced = meter.CreateCounter<long>("freshet.ingress.batches.unannounced", "{batch}", "Stored batches left for the relay to announce.");
        _batchSize = meter.CreateHistogram("freshet.ingress.batch.size", "{event}", "Events per commit.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500] });
        _commit = meter.CreateHistogram("freshet.ingress.commit.duration", "s", "Time to make a batch durable.", advice: seconds);
        _accept = meter.CreateHistogram("freshet.ingress.accept.duration", "s", "Time from the proof to the durable answer.", advice: seconds);
    }

    public void Kept(int accepted, int duplicates, int filtered, TimeSpan took)
    {
        _received.Add(accepted);
        _duplicates.Add(duplicates);
        _filtered.Add(filtered);
        _batchSize.Record(accepted + duplicates);
        _commit.Record(took.TotalSeconds);
    }

    public void Spilled(int events, int filtered)
    {
        _received.Add(events);
        _filtered.Add(filtered);
        _spilled.Add(events);
    }

    public void Refused(string code, int events = 1) => _refused.Add(events, new KeyValuePair<string, object?>("code", code));

    public void Unproven(Outcome outcome) => _unproven.Add(1, new KeyValuePair<string, object?>("check", outcome.ToString()));

    public void LeftToRelay() => _unannounced.Add(1);

    public void Accepted(TimeSpan took) => _accept.Record(took.TotalSeconds);
}
