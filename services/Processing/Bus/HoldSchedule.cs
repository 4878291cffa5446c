namespace Freshet.Processing.Bus;

/// <summary>The waits between attempts at a message whose server is away: doubling, capped, together about as long as the hold lasts.</summary>
public static class HoldSchedule
{
    public static TimeSpan[] Of(BusOptions options)
    {
        var waits = new List<TimeSpan>();
        var total = TimeSpan.Zero;
        for (var next = options.FirstHold; total < options.HoldFor; next *= 2)
        {
            var wait = next < options.LongestHold ? next : options.LongestHold;
            waits.Add(wait);
            total += wait;
        }

        return [.. waits];
    }
}
