namespace Freshet.Profiles.Formats;

/// <summary>The one form of a text under its format. Every form is its own form: normalizing twice changes nothing.</summary>
public static class TextFormats
{
    /// <summary>Longer texts are none of the formats.</summary>
    public const int MaxLength = 2048;

    /// <summary>Null: the text is not what the format says.</summary>
    /// <param name="format">What it should be.</param>
    /// <param name="text">As it was sent.</param>
    /// <param name="country">ISO 3166-1 alpha-2, for a telephone number without its country; null: unknown, then such a number is refused.</param>
    public static string? Normalize(TextFormat format, string text, string? country)
    {
        if (text.Length > MaxLength || Unicode.Compose(text) is not { } composed || Unicode.HasControl(composed.AsSpan().Trim()))
        {
            return null;
        }

        var trimmed = composed.Trim();
        return trimmed.Length == 0 ? null : format switch
        {
            TextFormat.Email => EmailAddresses.Normalize(trimmed),
            TextFormat.Phone => TelephoneNumbers.Normalize(trimmed, country),
            TextFormat.Country => Countries.Find(trimmed),
            TextFormat.Language => Languages.Normalize(trimmed),
            TextFormat.Currency => Currencies.Find(trimmed),
            TextFormat.Timezone => TimeZones.Find(trimmed),
            TextFormat.Name => Unicode.SingleSpaces(trimmed),
            TextFormat.Url => WebAddresses.Normalize(trimmed),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
        };
    }
}
