using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Freshet.Profiles.Events;

/// <summary>Points in time as senders write them: RFC 3339 text, or a number of seconds or milliseconds since 1970.</summary>
public static partial class Instants
{
    /// <summary>Numbers from here on are milliseconds: as seconds this would be the year 5138, as milliseconds it is 1973.</summary>
    private const decimal FirstMilliseconds = 100_000_000_000m;

    private const long TicksPerMicrosecond = 10;

    /// <summary>With its quotation marks and without a fraction.</summary>
    private const int UsualLength = 22;

    /// <summary>False if it is no instant, or none between 1970 and 9999. Cut to whole microseconds, which is what PostgreSQL keeps.</summary>
    public static bool TryRead(JsonElement value, out DateTimeOffset instant)
    {
        instant = default;
        return value.ValueKind switch
        {
            JsonValueKind.String => TryReadUsual(value, out instant) || TryRead(value.GetString()!, out instant),
            JsonValueKind.Number => value.TryGetDecimal(out var number) && TryRead(number, out instant),
            _ => false,
        };
    }

    /// <summary>The form that nearly everybody writes, <c>2026-11-23T10:00:00.123Z</c>, which the JSON reader can read without making text of it.</summary>
    private static bool TryReadUsual(JsonElement value, out DateTimeOffset instant)
    {
        instant = default;
        var text = JsonMarshal.GetRawUtf8Value(value);
        if (text.Length is < UsualLength or > UsualLength + 8 || text[^2] != 'Z' || text[11] != 'T'
            || !value.TryGetDateTimeOffset(out var read) || read < DateTimeOffset.UnixEpoch)
        {
            return false;
        }

        instant = Cut(read);
        return true;
    }

    /// <summary>Text: RFC 3339, or such a number written as text.</summary>
    public static bool TryRead(string text, out DateTimeOffset instant)
    {
        instant = default;
        var trimmed = text.Trim();
        if (trimmed.Length is > 0 and <= 20 && decimal.TryParse(trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return TryRead(number, out instant);
        }

        if (!IsWellFormed(trimmed))
        {
            return false;
        }

        // More digits than .NET reads are cut off, as everything below a microsecond is.
        var readable = LongFraction.Replace(trimmed, "${kept}");
        if (!DateTimeOffset.TryParse(readable, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            || parsed < DateTimeOffset.UnixEpoch)
        {
            return false;
        }

        instant = Cut(parsed);
        return true;
    }

    /// <summary>A number of microseconds since 1970, which Google's protocol also takes as text.</summary>
    public static bool TryReadMicroseconds(JsonElement value, out DateTimeOffset instant)
    {
        instant = default;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out var number) && TryReadMicroseconds(number, out instant),
            JsonValueKind.String => long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && TryReadMicroseconds(number, out instant),
            _ => false,
        };
    }

    private static bool TryReadMicroseconds(long number, out DateTimeOffset instant)
    {
        instant = default;
        if (number is < 0 or > 253_402_300_799_999_999)
        {
            return false;
        }

        instant = DateTimeOffset.UnixEpoch.AddTicks(number * TicksPerMicrosecond);
        return true;
    }

    /// <summary>Whether text has the form of RFC 3339, whatever day it names.</summary>
    internal static bool IsWellFormed(string text) => text.Length <= 40 && Rfc3339.IsMatch(text);

    /// <summary>UTC, with as many digits of the second as there are.</summary>
    public static string Write(DateTimeOffset instant)
    {
        // The round-trip format is the only quick one; it has all seven digits of the fraction.
        Span<char> text = stackalloc char[28];
        instant.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        var kept = text[..27].TrimEnd('0').TrimEnd('.');
        text[kept.Length] = 'Z';
        return text[..(kept.Length + 1)].ToString();
    }

    /// <summary>To whole microseconds, in UTC.</summary>
    public static DateTimeOffset Cut(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TicksPerMicrosecond), TimeSpan.Zero);

    private static bool TryRead(decimal number, out DateTimeOffset instant)
    {
        instant = default;
        var milliseconds = number < FirstMilliseconds ? number * 1000 : number;
        if (number < 0 || milliseconds > 253_402_300_799_999m)
        {
            return false;
        }

        instant = Cut(DateTimeOffset.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond)));
        return true;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339 { get; }

    [GeneratedRegex(@"(?<kept>\.\d{7})\d+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LongFraction { get; }
}
