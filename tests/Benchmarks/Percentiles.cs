using System.Globalization;

namespace Freshet.Benchmarks;

/// <summary>Latencies in milliseconds, collected by several senders.</summary>
internal sealed class Percentiles
{
    private readonly List<double> values = [];
    private readonly Lock gate = new();

    public int Count
    {
        get
        {
            lock (gate)
            {
                return values.Count;
            }
        }
    }

    public void Add(TimeSpan elapsed)
    {
        lock (gate)
        {
            values.Add(elapsed.TotalMilliseconds);
        }
    }

    /// <param name="quantile">From 0 to 1.</param>
    public double At(double quantile)
    {
        lock (gate)
        {
            values.Sort();
            return values.Count == 0 ? double.NaN : values[(int)Math.Min(values.Count - 1, quantile * values.Count)];
        }
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"p50={At(0.5):0.00}ms p99={At(0.99):0.00}ms max={At(1):0.00}ms");
}
