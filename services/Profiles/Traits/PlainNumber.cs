using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Freshet.Profiles.Traits;

/// <summary>Numbers as nearly every event writes them: up to 13 digits before the point and 14 behind it, no exponent. A <see cref="decimal"/>
/// holds any of them, and the sum of any two, without rounding; so the long way over <see cref="ExactNumber"/> is not needed.</summary>
internal static class PlainNumber
{
    private const int MaxWhole = 13;
    private const int MaxFraction = 14;
    private const int MaxLength = MaxWhole + MaxFraction + 2;

    /// <param name="number">The text of a JSON number.</param>
    public static bool Is(ReadOnlySpan<byte> number)
    {
        var digits = number is [(byte)'-', ..] ? number[1..] : number;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        return whole.Length is > 0 and <= MaxWhole && fraction.Length <= MaxFraction
            && !whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') && !fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>Whether it is such a number, and an integer in the one form that integers have.</summary>
    public static bool IsWhole(JsonElement number)
    {
        var text = JsonMarshal.GetRawUtf8Value(number);
        return Is(text) && !text.Contains((byte)'.') && !text.SequenceEqual("-0"u8);
    }

    public static bool Is(JsonElement number) => Is(JsonMarshal.GetRawUtf8Value(number));

    /// <summary>False for numbers of another kind; they may be as good.</summary>
    /// <param name="text">The text of a JSON number.</param>
    /// <param name="number">Exactly what it says.</param>
    public static bool TryRead(string text, out decimal number)
    {
        number = 0;
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return System.Text.Encoding.ASCII.TryGetBytes(text, utf8, out var length) && Is(utf8[..length])
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>As <see cref="ExactNumber.ToString"/> writes it: no zeros at the end of the fraction.</summary>
    public static string Write(decimal number)
    {
        if (number == 0)
        {
            return "0";
        }

        Span<char> text = stackalloc char[32];
        number.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        text = text[..length];
        return (text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text).ToString();
    }
}
