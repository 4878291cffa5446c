using System.Collections.Frozen;

namespace Freshet.Profiles.Formats;

/// <summary>Currencies of ISO 4217.</summary>
public static class Currencies
{
    private const int Usual = 2;

    private static readonly FrozenDictionary<string, int> DigitsByCode = CodeList.Lines("currencies.txt")
        .SelectMany(line => line[2..].Split(' ').Select(code => (code, digits: line[0] - '0')))
        .ToFrozenDictionary(currency => currency.code, currency => currency.digits, StringComparer.OrdinalIgnoreCase);

    /// <summary>The code in upper case; null: there is no such currency.</summary>
    public static string? Find(string text) => text.Length == 3 && DigitsByCode.ContainsKey(text) ? text.ToUpperInvariant() : null;

    /// <summary>How many digits stand after the point: two, unless the standard says otherwise.</summary>
    /// <param name="code">Three letters, in any case.</param>
    public static int Digits(string code) => DigitsByCode.GetValueOrDefault(code, Usual);
}
