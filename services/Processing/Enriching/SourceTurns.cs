using Freshet.Profiles.Sources;
using Freshet.ServiceDefaults.Limits;

namespace Freshet.Processing.Enriching;

/// <summary>How many calls of one source may begin now: so many at the same time, and so many per second.</summary>
internal sealed class SourceTurns(Source source, int most, TimeProvider time)
{
    private readonly TokenBucket limit = new(source.LookUp!.RequestsPerSecond, source.LookUp!.RequestsPerSecond, time);
    private int running;

    /// <summary>Takes as many as there are.</summary>
    /// <returns>How many, and when there are more; null: when one of the running calls ends.</returns>
    public (int Granted, TimeSpan? More) Take()
    {
        var free = most - Volatile.Read(ref running);
        for (var granted = 0; granted < free; granted++)
        {
            if (limit.TryTake(1) is { } wait)
            {
                return (Begin(granted), wait);
            }
        }

        return (Begin(Math.Max(0, free)), null);
    }

    /// <summary>Gives back turns in which nobody is asked.</summary>
    public void Return(int count)
    {
        limit.Return(count);
        End(count);
    }

    /// <summary>Calls have ended.</summary>
    public void End(int count) => Interlocked.Add(ref running, -count);

    private int Begin(int count)
    {
        Interlocked.Add(ref running, count);
        return count;
    }
}
