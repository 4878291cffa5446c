namespace Freshet.Processing.Bus;

/// <summary>The waits between attempts at a message whose server is away: doubling, capped, together about as long as the hold lasts.</summary>
public static class HoldSchedule
{
    public static TimeSpan[] Of(BusOptions options)
    {
        var waits = new List<TimeSpan>();
        var total = TimeSpan.Zero;
        for (var wait = options.FirstHold; total < options.HoldFor; wait = Min(2 * wait, options.LongestHold))
        {
            waits.Add(wait);
            total += wait;
        }

        return [.. waits];
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
