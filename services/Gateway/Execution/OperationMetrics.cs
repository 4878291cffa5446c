using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Freshet.Gateway.Execution;

/// <summary>Counts and times of GraphQL operations. Tags are of low cardinality: no names, no ids.</summary>
public sealed class OperationMetrics : IDisposable
{
    public const string MeterName = "Freshet.Gateway";

    private readonly Meter _meter;
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _subscriptions;
    private readonly Counter<long> _events;
    private readonly UpDownCounter<long> _sockets;

    public OperationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _operations = _meter.CreateCounter<long>("freshet.gateway.operations", "{operation}", "GraphQL operations answered.");
        _duration = _meter.CreateHistogram(
            "freshet.gateway.operation.duration",
            "s",
            "Time from the parsed request to the answer that is ready to be written; for a subscription, to its start.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] });
        _subscriptions = _meter.CreateUpDownCounter<long>("freshet.gateway.subscriptions.active", "{subscription}", "Subscriptions that are open.");
        _events = _meter.CreateCounter<long>("freshet.gateway.subscription.events", "{event}", "Answers given to subscribers.");
        _sockets = _meter.CreateUpDownCounter<long>("freshet.gateway.websockets.active", "{connection}", "GraphQL WebSockets that are open.");
    }

    public void Answered(string type, string outcome, string transport, TimeSpan elapsed)
    {
        var tags = new TagList { { "type", type }, { "outcome", outcome }, { "transport", transport } };
        _operations.Add(1, tags);
        _duration.Record(elapsed.TotalSeconds, tags);
    }

    public void SubscriptionOpened(string transport) => _subscriptions.Add(1, new KeyValuePair<string, object?>("transport", transport));

    public void SubscriptionClosed(string transport) => _subscriptions.Add(-1, new KeyValuePair<string, object?>("transport", transport));

    public void EventAnswered(string transport) => _events.Add(1, new KeyValuePair<string, object?>("transport", transport));

    public void SocketOpened() => _sockets.Add(1);

    public void SocketClosed() => _sockets.Add(-1);

    public void Dispose() => _meter.Dispose();
}
