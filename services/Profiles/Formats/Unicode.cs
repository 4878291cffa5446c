using System.Text;

namespace Freshet.Profiles.Formats;

/// <summary>Texts that look alike and are alike.</summary>
internal static class Unicode
{
    /// <summary>The composed form (NFC); null: the text holds half of a surrogate pair, which is no character.</summary>
    public static string? Compose(string text)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return text;
        }

        return HasLoneSurrogate(text) ? null : text.Normalize(NormalizationForm.FormC);
    }

    public static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The words with one space between them.</summary>
    public static string SingleSpaces(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 1 ? words[0] : string.Join(' ', words);
    }

    /// <summary>Letters and digits in upper case without accents, for comparing names that people write in many ways.</summary>
    public static string Bare(string text)
    {
        var bare = new StringBuilder(text.Length);
        foreach (var letter in text.Replace("&", " and ", StringComparison.Ordinal).Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(letter))
            {
                bare.Append(char.ToUpperInvariant(letter));
            }
        }

        return bare.ToString();
    }

    private static bool HasLoneSurrogate(string text)
    {
        foreach (var rune in text.AsSpan().EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !text.Contains('\uFFFD'))
            {
                return true;
            }
        }

        return text.Contains('\uFFFD') && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) != text;
    }
}
