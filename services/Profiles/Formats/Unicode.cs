using System.Text;

namespace Freshet.Profiles.Formats;

/// <summary>Texts that look alike and are alike.</summary>
internal static class Unicode
{
    /// <summary>The composed form (NFC); null: the text holds what is no character (half of a surrogate pair, or U+FFFE), and so has no such form.</summary>
    public static string? Compose(string text) =>
        System.Text.Ascii.IsValid(text) ? text : HoldsNoCharacter(text) ? null : text.Normalize(NormalizationForm.FormC);

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

    // Normalizing throws for exactly these.
    private static bool HoldsNoCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]) || text[i] == '\uFFFE')
            {
                return true;
            }
        }

        return false;
    }
}
