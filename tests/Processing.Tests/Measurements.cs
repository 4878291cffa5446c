using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Freshet.Processing.Tests;

/// <summary>Adds up what this host measures, by instrument and tag value.</summary>
public sealed class Measurements : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string Tag), long> sums = new();

    public Measurements()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ProcessingMetrics.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name, 1, tags));
        listener.Start();
    }

    /// <summary>The sum of a counter, or the number of values of a histogram.</summary>
    public long Of(string instrument, string tag = "") => sums.GetValueOrDefault((instrument, tag));

    public void Dispose() => listener.Dispose();

    private void Add(string instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var tag = tags.IsEmpty ? "" : tags[0].Value?.ToString() ?? "";
        sums.AddOrUpdate((instrument, tag), value, (_, sum) => sum + value);
    }
}
