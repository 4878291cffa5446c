namespace Freshet.Profiles.Events;

/// <summary>A value of an event that a trait cannot take: the event is applied without it, and the trait stays as it was. The value itself is only
/// in the raw event.</summary>
/// <param name="Trait">A name of the dictionary.</param>
/// <param name="Code">Why: one of the constants.</param>
public sealed record RejectedValue(string Trait, string Code)
{
    /// <summary>It is not of the dictionary's type and cannot be taken as such.</summary>
    public const string TypeMismatch = "type.mismatch";

    /// <summary>It is null, and the trait's policy takes nothing back: only <c>latest</c> and <c>source_priority</c> do.</summary>
    public const string NotClearable = "null.not-clearable";

    /// <summary>It is to count only where nothing was known before, and the trait's policy is not <c>first</c>.</summary>
    public const string NotFirst = "policy.not-first";

    /// <summary>A text is not what the trait's <c>format</c> says.</summary>
    public const string FormatMismatch = "format.mismatch";

    /// <summary>A telephone number does not begin with its country, and neither the event nor its source names one.</summary>
    public const string CountryUnknown = "phone.country-unknown";

    /// <summary>It is none of the trait's <c>values</c>.</summary>
    public const string NotListed = "enum.not-listed";

    /// <summary>It is below the trait's <c>minimum</c>.</summary>
    public const string TooSmall = "value.too-small";

    /// <summary>It is above the trait's <c>maximum</c>.</summary>
    public const string TooLarge = "value.too-large";

    /// <summary>A text is longer than the trait's <c>maxLength</c>.</summary>
    public const string TooLong = "text.too-long";

    /// <summary>A text does not match the trait's <c>pattern</c>.</summary>
    public const string PatternMismatch = "pattern.mismatch";

    /// <summary>An amount of money has no currency of ISO 4217.</summary>
    public const string CurrencyUnknown = "money.currency-unknown";

    /// <summary>An amount of money has more digits than its currency, or more than can be kept.</summary>
    public const string AmountInexact = "money.amount-inexact";
}
