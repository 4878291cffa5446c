namespace Freshet.Profiles.Screening;

/// <summary>
/// Whether PostgreSQL's numeric can hold a JSON number: 131072 digits before and 16383 after the decimal point. <c>1e131072</c> is JSON
/// and no jsonb. Counts digits as written, so it refuses a few spellings (<c>0.001e131074</c>) that would just have fitted.
/// </summary>
internal static class NumericRange
{
    private const int DigitsBefore = 131_072;
    private const int DigitsAfter = 16_383;
    private const int ExponentCap = 1_000_000;

    public static bool Holds(ReadOnlySpan<byte> number)
    {
        var mark = number.IndexOfAny((byte)'e', (byte)'E');
        if (mark < 0 && number.Length <= DigitsAfter)
        {
            return true;
        }

        var exponent = mark < 0 ? 0 : Exponent(number[(mark + 1)..]);
        var digits = (mark < 0 ? number : number[..mark]).TrimStart((byte)'-');
        var point = digits.IndexOf((byte)'.');
        var before = point < 0 ? digits.Length : point;
        var after = point < 0 ? 0 : digits.Length - point - 1;
        return before + exponent <= DigitsBefore && after - exponent <= DigitsAfter;
    }

    // Saturates: an exponent of a million digits is out of range as soon as it passes the cap.
    private static int Exponent(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var digit in text.TrimStart("+-"u8))
        {
            value = Math.Min((value * 10) + (digit - '0'), ExponentCap);
        }

        return text[0] == (byte)'-' ? -value : value;
    }
}
