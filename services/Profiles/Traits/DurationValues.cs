using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Freshet.Profiles.Traits;

/// <summary>Lengths of time (ISO 8601). Months, days and seconds stay apart: a month has no fixed number of days, and a day in which clocks change
/// has no 24 hours.</summary>
public static partial class DurationValues
{
    private const int MonthsInYear = 12;
    private const int DaysInWeek = 7;

    /// <summary>The one form: years and months, days (weeks are seven), then hours, minutes and seconds, each below the next larger unit;
    /// <c>PT90M</c> is <c>PT1H30M</c>. Null: it is no length of time.</summary>
    public static string? Normalize(string text)
    {
        if (Iso.Match(text.Trim().ToUpperInvariant().Replace(',', '.')) is not { Success: true } match)
        {
            return null;
        }

        var months = (Whole(match, "years") * MonthsInYear) + Whole(match, "months");
        var days = (Whole(match, "weeks") * DaysInWeek) + Whole(match, "days");
        var seconds = (((Whole(match, "hours") * 60) + Whole(match, "minutes")) * 60) + Whole(match, "seconds");
        var fraction = match.Groups["fraction"].Value.TrimEnd('0');
        var clock = Clock(seconds, fraction);
        var calendar = string.Concat(Part(months / MonthsInYear, 'Y'), Part(months % MonthsInYear, 'M'), Part(days, 'D'));
        return calendar.Length + clock.Length == 0 ? "PT0S"
            : $"{match.Groups["sign"].Value}P{calendar}{(clock.Length == 0 ? "" : "T")}{clock}";
    }

    private static string Clock(long seconds, string fraction)
    {
        var text = new StringBuilder().Append(Part(seconds / 3600, 'H')).Append(Part(seconds / 60 % 60, 'M'));
        return fraction.Length == 0
            ? text.Append(Part(seconds % 60, 'S')).ToString()
            : text.Append(CultureInfo.InvariantCulture, $"{seconds % 60}.{fraction}S").ToString();
    }

    private static string Part(long number, char unit) => number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");

    private static long Whole(Match match, string group) =>
        match.Groups[group] is { Success: true } digits ? long.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?<sign>-?)P(?=.)((?<weeks>[0-9]{1,12})W|((?<years>[0-9]{1,12})Y)?((?<months>[0-9]{1,12})M)?((?<days>[0-9]{1,12})D)?"
        + @"(T(?=.)((?<hours>[0-9]{1,12})H)?((?<minutes>[0-9]{1,12})M)?((?<seconds>[0-9]{1,12})(\.(?<fraction>[0-9]{1,9}))?S)?)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Iso { get; }
}
