using System.Numerics;
using System.Text.Json;
using Freshet.Profiles.Events;
using Freshet.Profiles.Formats;

namespace Freshet.Profiles.Traits;

/// <summary>Amounts of money: whole numbers of the currency's smallest unit, so that nothing is ever rounded.</summary>
public static class MoneyValues
{
    private const string MinorUnits = "minorUnits";
    private const string Currency = "currency";

    /// <summary>Reads <c>{"amount": 12.5, "currency": "EUR"}</c> (the amount as a number or as text of one) or the canonical form.</summary>
    /// <returns>A code of <see cref="RejectedValue"/>; null if <paramref name="money"/> is the canonical form.</returns>
    public static string? TryRead(JsonElement value, out JsonElement money)
    {
        money = default;
        if (value.ValueKind != JsonValueKind.Object)
        {
            return RejectedValue.TypeMismatch;
        }

        if (Members.Find(value, "currency"u8) is not { ValueKind: JsonValueKind.String } code || Currencies.Find(code.GetString()!.Trim()) is not { } currency)
        {
            return RejectedValue.CurrencyUnknown;
        }

        var isMinor = value.TryGetProperty(MinorUnits, out var written);
        if (!isMinor && !value.TryGetProperty("amount", out written))
        {
            return RejectedValue.TypeMismatch;
        }

        if (!TraitValues.TryCoerce(Dictionary.TraitType.Decimal, written, out var number) || !ExactNumber.TryRead(Json.RawText(number), out var amount))
        {
            return RejectedValue.TypeMismatch;
        }

        var units = BigInteger.DivRem(amount.Scaled * BigInteger.Pow(10, isMinor ? 0 : Currencies.Digits(currency)), BigInteger.Pow(10, ExactNumber.Scale), out var rest);
        if (!rest.IsZero || units < long.MinValue || units > long.MaxValue)
        {
            return RejectedValue.AmountInexact;
        }

        money = Of((long)units, currency);
        return null;
    }

    /// <summary>Whether a stored value is an amount of money.</summary>
    public static bool IsCanonical(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(MinorUnits, out var units) && units.ValueKind == JsonValueKind.Number && units.TryGetInt64(out _)
        && value.TryGetProperty(Currency, out var code) && code.ValueKind == JsonValueKind.String && Currencies.Find(code.GetString()!) is not null;

    /// <param name="minorUnits">Of the currency's smallest unit.</param>
    /// <param name="currency">ISO 4217, upper case.</param>
    public static JsonElement Of(long minorUnits, string currency) => JsonElement.Parse($$"""{"minorUnits":{{minorUnits}},"currency":"{{currency}}"}""");

    /// <summary>The parts of a canonical value.</summary>
    public static (long MinorUnits, string Currency) Read(JsonElement money) => (money.GetProperty(MinorUnits).GetInt64(), money.GetProperty(Currency).GetString()!);

    /// <summary>In the unit that people count in, with all digits of the currency: <c>12.50</c>.</summary>
    public static string AmountOf(long minorUnits, string currency)
    {
        var digits = Currencies.Digits(currency);
        var text = BigInteger.Abs(minorUnits).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        var sign = minorUnits < 0 ? "-" : "";
        return digits == 0 ? sign + text : $"{sign}{text[..^digits]}.{text[^digits..]}";
    }
}
