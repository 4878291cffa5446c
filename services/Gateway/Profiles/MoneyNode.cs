using System.Text.Json;
using Freshet.Profiles.Traits;

namespace Freshet.Gateway.Profiles;

/// <summary>An amount of money.</summary>
/// <param name="MinorUnits">In the currency's smallest unit: cents of a euro.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record MoneyNode(long MinorUnits, string Currency)
{
    /// <summary>In the unit that people count in, with all digits of the currency: <c>12.50</c>.</summary>
    public string Amount => MoneyValues.AmountOf(MinorUnits, Currency);

    /// <param name="money">Canonical.</param>
    public static MoneyNode Of(JsonElement money)
    {
        var (minorUnits, currency) = MoneyValues.Read(money);
        return new MoneyNode(minorUnits, currency);
    }
}
