using System.Globalization;
using System.Text.RegularExpressions;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Mapping;

/// <summary>Functions on times. They know RFC 3339, RFC 1123, <c>/Date(ms)/</c>, seconds and milliseconds since 1970, and a format that the
/// mapping names.</summary>
internal static partial class TimeFunctions
{
    private const string Cure = "got a text that is no time; name its format, like date(value, 'dd.MM.yyyy HH:mm'), or use try(date(value), null) to leave it out";

    /// <summary>An instant, in UTC where no offset was sent.</summary>
    public static MappedValue Date(CallNode call, Evaluation run, MappedValue item) =>
        Read(call, run, item) is { } time ? MappedValue.OfText(Instants.Write(time.Instant)) : MappedValue.Missing;

    /// <summary>A calendar day: the one that was written, whatever the time zone is.</summary>
    public static MappedValue Day(CallNode call, Evaluation run, MappedValue item) =>
        Read(call, run, item) is { } time ? MappedValue.OfText(time.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) : MappedValue.Missing;

    public static (string Error, int Argument)? CheckFormat(IReadOnlyList<Syntax> arguments) =>
        arguments.Count < 2 || (MappingFunctions.WrittenOut(arguments[1]) is { } format && (IsUnit(format) || Format.IsMatch(format)))
            ? null
            : ("a format is written out in quotes: 'unix', 'ms', 'us', or letters like 'dd.MM.yyyy HH:mm:ss zzz'", 1);

    private static bool IsUnit(string format) => format is "unix" or "ms" or "us";

    private static (DateTimeOffset Instant, DateOnly Day)? Read(CallNode call, Evaluation run, MappedValue item)
    {
        if (call.Text(0, run, item)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        var read = call.Text(1, run, item) is { } format ? ReadAs(text, format) : ReadUsual(text);
        return read ?? throw call.Failure("mapping.date", Cure);
    }

    private static (DateTimeOffset, DateOnly)? ReadUsual(string text)
    {
        if (MicrosoftDate.Match(text) is { Success: true } match)
        {
            return ReadAs(match.Groups["ms"].Value, "ms");
        }

        if (Instants.TryRead(text, out var instant))
        {
            return (instant, text.Length > 10 && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day : DateOnly.FromDateTime(instant.UtcDateTime));
        }

        return ReadAs(text, "yyyy-MM-dd") ?? ReadAs(text, "r");
    }

    private static (DateTimeOffset, DateOnly)? ReadAs(string text, string format)
    {
        if (IsUnit(format))
        {
            return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? Since1970(number, format) : null;
        }

        return DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var read)
            ? (Instants.Cut(read), DateOnly.FromDateTime(read.DateTime)) : null;
    }

    private static (DateTimeOffset, DateOnly)? Since1970(decimal number, string unit)
    {
        var ticks = unit switch { "unix" => TimeSpan.TicksPerSecond, "ms" => TimeSpan.TicksPerMillisecond, _ => TimeSpan.TicksPerMicrosecond };
        if (Math.Abs(number) > (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / ticks)
        {
            return null;
        }

        var since = (long)(number * ticks);
        if (since < (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).Ticks)
        {
            return null;
        }

        var instant = Instants.Cut(DateTimeOffset.UnixEpoch.AddTicks(since));
        return (instant, DateOnly.FromDateTime(instant.UtcDateTime));
    }

    // Letters that mean something to a format, and what stands between them.
    [GeneratedRegex("^[dMyHhmsfFtzK]{1,7}([ ./:,TZ-]*[dMyHhmsfFtzK]{1,7}){1,12}Z?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Format { get; }

    [GeneratedRegex(@"^/Date\((?<ms>-?\d{1,15})([+-]\d{4})?\)/$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MicrosoftDate { get; }
}
