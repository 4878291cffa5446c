using System.Text.Json;
using System.Text.RegularExpressions;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Formats;

namespace Freshet.Profiles.Traits;

/// <summary>What a trait's definition asks of a value beside its type: format, list, bounds, length, pattern.</summary>
public sealed class TraitChecks
{
    private readonly TraitDefinition trait;
    private readonly JsonElement? minimum;
    private readonly JsonElement? maximum;
    private readonly Regex? pattern;

    /// <exception cref="ArgumentException">The pattern is no regular expression, or one that needs backtracking.</exception>
    public TraitChecks(TraitDefinition trait)
    {
        this.trait = trait;
        minimum = trait.Minimum is { } low ? JsonElement.Parse(low) : null;
        maximum = trait.Maximum is { } high ? JsonElement.Parse(high) : null;
        pattern = trait.Pattern is { } text ? PatternOf(text) : null;
    }

    /// <summary>Whether there is anything to check: most traits are of a type and no more.</summary>
    public static bool AreNeededBy(TraitDefinition trait) => trait.Computed is null
        && (trait is { Format: not null } or { Minimum: not null } or { Maximum: not null } or { MaxLength: not null } or { Pattern: not null }
            || trait.Type == TraitType.Enum);

    /// <summary>The expression, in time that grows with the text and nothing else.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public static Regex PatternOf(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Brings a value of the trait's type to its form.</summary>
    /// <param name="typed">The value; changed.</param>
    /// <param name="country">For telephone numbers without their country; null: unknown.</param>
    /// <returns>A code of <see cref="RejectedValue"/>; null: it is taken.</returns>
    public string? Take(ref JsonElement typed, string? country) => trait.Type switch
    {
        TraitType.String => TakeText(ref typed, country),
        TraitType.Enum => TryFindListed(trait.Values, ref typed) ? null : RejectedValue.NotListed,
        TraitType.List => TakeItems(ref typed, country),
        _ when minimum is { } low && ValueOrder.Compare(typed, low) < 0 => RejectedValue.TooSmall,
        _ when maximum is { } high && ValueOrder.Compare(typed, high) > 0 => RejectedValue.TooLarge,
        _ => null,
    };

    /// <summary>As it is listed, whatever the case and the white space around it.</summary>
    internal static bool TryFindListed(IReadOnlyList<string> values, ref JsonElement typed)
    {
        var text = typed.GetString()!.Trim();
        foreach (var value in values)
        {
            if (string.Equals(value, text, StringComparison.OrdinalIgnoreCase))
            {
                typed = Json.Text(value);
                return true;
            }
        }

        return false;
    }

    private string? TakeText(ref JsonElement typed, string? country)
    {
        var written = typed.GetString()!;
        var fault = TakeText(written, country, out var text);
        if (fault is null && !ReferenceEquals(written, text))
        {
            typed = Json.Text(text);
        }

        return fault;
    }

    private string? TakeItems(ref JsonElement typed, string? country)
    {
        var items = new List<string>();
        foreach (var item in typed.EnumerateArray())
        {
            if (TakeText(item.GetString()!, country, out var text) is { } fault)
            {
                return fault;
            }

            items.Add(text);
        }

        typed = Json.List(items);
        return null;
    }

    private string? TakeText(string written, string? country, out string text)
    {
        text = written;
        if (trait.Format is { } format)
        {
            if (TextFormats.Normalize(format, written, country) is not { } normal)
            {
                return format == TextFormat.Phone && country is null && TelephoneNumbers.NeedsCountry(written) ? RejectedValue.CountryUnknown : RejectedValue.FormatMismatch;
            }

            text = normal;
        }

        return trait.MaxLength is { } longest && text.Length > longest && text.EnumerateRunes().Count() > longest ? RejectedValue.TooLong
            : pattern is not null && !pattern.IsMatch(text) ? RejectedValue.PatternMismatch
            : null;
    }
}
