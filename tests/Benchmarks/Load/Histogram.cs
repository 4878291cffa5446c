using System.Globalization;
using System.Numerics;

namespace Freshet.Benchmarks.Load;

/// <summary>
/// Latencies in buckets that are at most 1/64 wide of their value, from one nanosecond to a day, in 25 kB: adding one costs a few
/// nanoseconds, however many there are. Not safe for several threads; each thread has its own.
/// </summary>
internal sealed class Histogram
{
    private const int Precision = 6;
    private const int SubBuckets = 1 << Precision;
    private readonly long[] counts = new long[SubBuckets * 50];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan elapsed)
    {
        var nanoseconds = Math.Max(0, elapsed.Ticks * TimeSpan.NanosecondsPerTick);
        counts[Math.Min(counts.Length - 1, IndexOf(nanoseconds))]++;
        Count++;
        Max = elapsed > Max ? elapsed : Max;
    }

    public void Add(Histogram other)
    {
        for (var index = 0; index < counts.Length; index++)
        {
            counts[index] += other.counts[index];
        }

        Count += other.Count;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>The latency that this share of all does not exceed, in milliseconds; NaN when there is none.</summary>
    /// <param name="quantile">From 0 to 1.</param>
    public double At(double quantile)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        var seen = 0L;
        for (var index = 0; index < counts.Length; index++)
        {
            seen += counts[index];
            if (seen >= rank)
            {
                return Math.Min(UpperBound(index) / 1e6, Max.TotalMilliseconds);
            }
        }

        return double.NaN;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"p50={At(0.5):0.00}ms p99={At(0.99):0.00}ms max={Max.TotalMilliseconds:0.00}ms");

    // Below 64 ns each value has its bucket; above, the highest bit chooses a group and the next six bits the place in it.
    private static int IndexOf(long nanoseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)nanoseconds | 1) - Precision);
        return (shift << Precision) + (int)(nanoseconds >> shift);
    }

    private static double UpperBound(int index)
    {
        var shift = Math.Max(0, (index >> Precision) - 1);
        return Math.ScaleB((index - (shift << Precision)) + 1, shift);
    }
}
