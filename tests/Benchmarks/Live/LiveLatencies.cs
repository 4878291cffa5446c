using System.Diagnostics;
using Freshet.Benchmarks.Load;

namespace Freshet.Benchmarks.Live;

/// <summary>When each numbered event of a round was sent and how long it took until it was seen. Written by one thread, read by another.</summary>
/// <param name="first">The number of the first event.</param>
/// <param name="count">How many there are.</param>
internal sealed class LiveLatencies(long first, int count)
{
    private readonly Lock gate = new();
    private readonly Histogram histogram = new();
    private readonly long[] sentAt = new long[count];

    public void Sent(int ordinal, long timestamp) => Volatile.Write(ref sentAt[ordinal], timestamp);

    /// <summary>Counts an event once; numbers of other rounds are left out.</summary>
    public void Seen(long number)
    {
        if (number < first || number >= first + count)
        {
            return;
        }

        var at = Interlocked.Exchange(ref sentAt[number - first], 0);
        lock (gate)
        {
            if (at != 0)
            {
                histogram.Add(Stopwatch.GetElapsedTime(at));
            }
        }
    }

    public bool IsComplete(int expected)
    {
        lock (gate)
        {
            return histogram.Count >= expected;
        }
    }

    /// <summary>A copy of what has been seen.</summary>
    public Histogram Take()
    {
        var copy = new Histogram();
        lock (gate)
        {
            copy.Add(histogram);
        }

        return copy;
    }
}
