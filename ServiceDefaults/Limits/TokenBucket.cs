namespace Freshet.ServiceDefaults.Limits;

/// <summary>
/// Lets so much through per second on average, and a burst. A take is granted whole as long as anything is left, so the level may fall
/// below zero: a batch larger than the burst still gets through, and is paid for afterwards.
/// </summary>
public sealed class TokenBucket
{
    private const double SecondsAtOnce = 10;

    private readonly Lock _gate = new();
    private readonly double _perSecond;
    private readonly double _burst;
    private readonly TimeProvider _time;
    private double _level;
    private long _filledAt;

    public TokenBucket(double perSecond, double burst, TimeProvider time)
    {
        (_perSecond, _burst, _time) = (perSecond, burst, time);
        _level = burst;
        _filledAt = time.GetTimestamp();
    }

    /// <summary>A source's limit: ten seconds' worth at once.</summary>
    public static TokenBucket OfSource(int eventsPerSecond, TimeProvider time) =>
        new(eventsPerSecond, eventsPerSecond * SecondsAtOnce, time);

    /// <summary>Takes, or says how long to wait until something is left.</summary>
    /// <returns>Null if granted.</returns>
    public TimeSpan? TryTake(int count)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            _level = Math.Min(_burst, _level + (_time.GetElapsedTime(_filledAt, now).TotalSeconds * _perSecond));
            _filledAt = now;
            if (_level <= 0)
            {
                return TimeSpan.FromSeconds((1 - _level) / _perSecond);
            }

            _level -= count;
            return null;
        }
    }

    /// <summary>Gives back what was taken and not used.</summary>
    public void Return(int count)
    {
        lock (_gate)
        {
            _level = Math.Min(_burst, _level + count);
        }
    }
}
