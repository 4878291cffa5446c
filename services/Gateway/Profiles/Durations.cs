using System.Globalization;

namespace Freshet.Gateway.Profiles;

/// <summary>Lengths of time for people.</summary>
internal static class Durations
{
    /// <summary>In the largest unit that leaves at least two: <c>90 minutes</c>, <c>2 days</c>.</summary>
    public static string Words(TimeSpan span)
    {
        var (number, unit) = span switch
        {
            _ when span >= TimeSpan.FromDays(2) => (span.TotalDays, "days"),
            _ when span >= TimeSpan.FromHours(2) => (span.TotalHours, "hours"),
            _ when span >= TimeSpan.FromMinutes(2) => (span.TotalMinutes, "minutes"),
            _ => (span.TotalSeconds, "seconds"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number)} {unit}");
    }
}
