using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Freshet.Profiles.Traits;

/// <summary>A decimal number without rounding, so that sums are the same in every order. Holds multiples of 1e-28 of any size; what is read
/// from events must also fit a <see cref="decimal"/>, which keeps hostile exponents out.</summary>
public readonly record struct ExactNumber(BigInteger Scaled) : IComparable<ExactNumber>
{
    /// <summary>Digits after the point that can be held.</summary>
    public const int Scale = 28;

    private static readonly BigInteger Unit = BigInteger.Pow(10, Scale);
    private static readonly BigInteger LargestMantissa = (BigInteger.One << 96) - 1;

    public static ExactNumber Zero { get; }

    public static ExactNumber operator +(ExactNumber left, ExactNumber right) => new(left.Scaled + right.Scaled);

    public static bool operator <(ExactNumber left, ExactNumber right) => left.Scaled < right.Scaled;

    public static bool operator >(ExactNumber left, ExactNumber right) => left.Scaled > right.Scaled;

    public static bool operator <=(ExactNumber left, ExactNumber right) => left.Scaled <= right.Scaled;

    public static bool operator >=(ExactNumber left, ExactNumber right) => left.Scaled >= right.Scaled;

    public static ExactNumber Add(ExactNumber left, ExactNumber right) => left + right;

    public int CompareTo(ExactNumber other) => Scaled.CompareTo(other.Scaled);

    /// <summary>Whether it has no fraction.</summary>
    public bool IsWhole => Scaled % Unit == 0;

    /// <summary>Reads the text of a JSON number; false if it is none, or if a <see cref="decimal"/> could not hold it exactly.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out ExactNumber number)
    {
        number = default;
        if (!JsonNumber.TryParse(text, out var parts))
        {
            return false;
        }

        if (parts.Digits.Length == 0)
        {
            return true;
        }

        // The digits have neither leading nor trailing zeros, so these bounds are exact and the power below is small.
        if (parts.Exponent < -Scale || parts.Digits.Length + parts.Exponent > 29)
        {
            return false;
        }

        var digits = BigInteger.Parse(parts.Digits, NumberStyles.None, CultureInfo.InvariantCulture);
        var mantissa = parts.Exponent > 0 ? digits * BigInteger.Pow(10, parts.Exponent) : digits;
        if (mantissa > LargestMantissa)
        {
            return false;
        }

        var scaled = digits * BigInteger.Pow(10, Scale + parts.Exponent);
        number = new ExactNumber(parts.IsNegative ? -scaled : scaled);
        return true;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ExactNumber Parse(string text)
    {
        var point = text.IndexOf('.');
        var digits = point < 0 ? text : string.Concat(text.AsSpan(0, point), text.AsSpan(point + 1));
        var fraction = point < 0 ? 0 : text.Length - point - 1;
        var value = BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return new ExactNumber(value * BigInteger.Pow(10, Scale - fraction));
    }

    /// <summary>The number in the one form of <see cref="ToString"/>; null if it is none, or if a <see cref="decimal"/> could not hold it exactly.</summary>
    public static string? TryWrite(JsonElement number)
    {
        var text = Json.RawText(number);
        return PlainNumber.TryRead(text, out var plain) ? PlainNumber.Write(plain)
            : TryRead(text, out var exact) ? exact.ToString()
            : null;
    }

    /// <summary>The sum of two numbers that <see cref="ToString"/> wrote, as it writes it.</summary>
    public static string Sum(string left, string right) => PlainNumber.TryRead(left, out var one) && PlainNumber.TryRead(right, out var other)
        ? PlainNumber.Write(one + other)
        : (Parse(left) + Parse(right)).ToString();

    /// <summary>All digits, no exponent, no trailing zeros.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Scaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var whole = digits[..^Scale];
        var fraction = digits[^Scale..].TrimEnd('0');
        var sign = Scaled.Sign < 0 ? "-" : "";
        return fraction.Length == 0 ? sign + whole : $"{sign}{whole}.{fraction}";
    }

    /// <summary>As a reader can hold it: the nearest <see cref="decimal"/> (half to even), the largest one where it is larger still.</summary>
    public ExactNumber ToDecimalRange()
    {
        var divisor = BigInteger.One;
        for (var scale = Scale; scale >= 0; scale--, divisor *= 10)
        {
            var mantissa = DivideHalfEven(Scaled, divisor);
            if (BigInteger.Abs(mantissa) <= LargestMantissa)
            {
                return new ExactNumber(mantissa * divisor);
            }
        }

        return new ExactNumber(Scaled.Sign * LargestMantissa * Unit);
    }

    /// <summary>As a reader can hold it: the nearest whole number (half to even), kept within <see cref="long"/>.</summary>
    public long ToLongRange() => (long)BigInteger.Clamp(DivideHalfEven(Scaled, Unit), long.MinValue, long.MaxValue);

    private static BigInteger DivideHalfEven(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(BigInteger.Abs(value), divisor, out var remainder);
        var twice = (remainder * 2).CompareTo(divisor);
        if (twice > 0 || (twice == 0 && !quotient.IsEven))
        {
            quotient++;
        }

        return value.Sign < 0 ? -quotient : quotient;
    }
}
