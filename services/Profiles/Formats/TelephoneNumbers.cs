using System.Buffers;
using System.Collections.Frozen;
using PhoneNumbers;

namespace Freshet.Profiles.Formats;

/// <summary>Telephone numbers as E.164.</summary>
public static class TelephoneNumbers
{
    private const int LongestText = 40;
    private const int MostReadings = 4;

    // E.164 allows 15 digits; a prefix for calls abroad and the national zero may stand among them. No country's numbers are shorter than three.
    private const int LeastDigits = 3;
    private const int MostDigits = 24;
    private const int LongestCallingCode = 3;

    private static readonly SearchValues<char> Letters = SearchValues.Create("+0123456789 -.()/\u00a0\u2010\u2011\u202f");

    private static readonly FrozenSet<int> CallingCodes = PhoneNumberUtil.GetInstance().GetSupportedCallingCodes().ToFrozenSet();

    /// <summary>Null: no number of that country's length, or a number without its country and none given.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="country">ISO 3166-1 alpha-2; only for a number that does not begin with a plus sign.</param>
    public static string? Normalize(string text, string? country)
    {
        if (!CanBeNumber(text) || (text[0] != '+' && country is null))
        {
            return null;
        }

        // A number that is possible but assigned to nobody may lose another leading digit when it is read again: its one form is where that ends.
        var number = Read(text, country);
        for (var i = 0; i <= MostReadings && number is not null; i++)
        {
            // What reads as itself is its one form.
            if (number == text)
            {
                return number;
            }

            text = number;
            number = Read(text, null);
        }

        return null;
    }

    /// <summary>Whether the number lacks its country.</summary>
    public static bool NeedsCountry(string text) => !text.AsSpan().TrimStart().StartsWith('+');

    // The library refuses by throwing, which costs a hundred times what this does.
    private static bool CanBeNumber(string text)
    {
        if (text.Length > LongestText || text.AsSpan().ContainsAnyExcept(Letters))
        {
            return false;
        }

        var digits = 0;
        var code = 0;
        var isCountryKnown = text[0] != '+';
        foreach (var letter in text)
        {
            if (char.IsAsciiDigit(letter))
            {
                digits++;
                code = digits <= LongestCallingCode ? (code * 10) + letter - '0' : code;
                isCountryKnown |= digits <= LongestCallingCode && CallingCodes.Contains(code);
            }
        }

        return isCountryKnown && digits is >= LeastDigits and <= MostDigits;
    }

    private static string? Read(string text, string? country)
    {
        var util = PhoneNumberUtil.GetInstance();
        try
        {
            // The sender said +44: then the length decides. A country that only the context gives could be the wrong one: then the number must be one that it assigns.
            var isWhole = text[0] == '+';
            var number = util.Parse(text, isWhole ? null : country);
            return (isWhole ? util.IsPossibleNumberWithReason(number) == PhoneNumberUtil.ValidationResult.IS_POSSIBLE : util.IsValidNumber(number))
                ? util.Format(number, PhoneNumberFormat.E164)
                : null;
        }
        catch (NumberParseException)
        {
            // The library has no Try form.
            return null;
        }
    }
}
