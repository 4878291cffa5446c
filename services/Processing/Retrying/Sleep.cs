namespace Freshet.Processing.Retrying;

/// <summary>How long the clock sleeps. Pure.</summary>
public static class Sleep
{
    /// <summary>A claim that found nothing must not spin, even when the database's rows and this clock disagree by a little.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <param name="next">When the next retry is due; null if none waits.</param>
    /// <param name="now">The present.</param>
    /// <param name="longest">The poll interval, which bounds the sleep.</param>
    public static TimeSpan Until(DateTimeOffset? next, DateTimeOffset now, TimeSpan longest)
    {
        var wait = next is null ? longest : next.Value - now;
        return wait < Shortest ? Shortest : wait < longest ? wait : longest;
    }
}
