using System.Globalization;

namespace Freshet.Profiles.Traits;

/// <summary>The text of a number taken apart: sign, digits without leading or trailing zeros, and the power of ten they are to be multiplied by.</summary>
internal readonly ref struct JsonNumber
{
    private JsonNumber(bool isNegative, string digits, int exponent)
    {
        IsNegative = isNegative;
        Digits = digits;
        Exponent = exponent;
    }

    public bool IsNegative { get; }

    /// <summary>Empty for zero.</summary>
    public string Digits { get; }

    public int Exponent { get; }

    /// <summary>False for anything that RFC 8259 would not call a number, and for exponents of more than four digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out JsonNumber number)
    {
        number = default;
        var isNegative = text.StartsWith("-");
        var rest = isNegative ? text[1..] : text;
        var whole = TakeDigits(ref rest);
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0'))
        {
            return false;
        }

        ReadOnlySpan<char> fraction = [];
        if (rest.StartsWith("."))
        {
            rest = rest[1..];
            fraction = TakeDigits(ref rest);
            if (fraction.IsEmpty)
            {
                return false;
            }
        }

        if (!TryTakeExponent(rest, out var exponent))
        {
            return false;
        }

        var all = string.Concat(whole, fraction).TrimStart('0');
        var significant = all.TrimEnd('0');
        number = new JsonNumber(isNegative, significant, exponent - fraction.Length + (all.Length - significant.Length));
        return true;
    }

    private static ReadOnlySpan<char> TakeDigits(scoped ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest : rest[..end];
        rest = rest[digits.Length..];
        return digits;
    }

    private static bool TryTakeExponent(ReadOnlySpan<char> rest, out int exponent)
    {
        exponent = 0;
        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] is not ('e' or 'E'))
        {
            return false;
        }

        rest = rest[1..];
        var sign = rest.StartsWith("-") ? -1 : 1;
        if (rest.StartsWith("-") || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        var written = TakeDigits(ref rest);
        var digits = written.TrimStart('0');
        if (written.IsEmpty || !rest.IsEmpty || digits.Length > 4)
        {
            return false;
        }

        exponent = digits.IsEmpty ? 0 : sign * int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return true;
    }
}
