using System.Globalization;

namespace Freshet.Profiles.Formats;

/// <summary>Addresses of mailboxes.</summary>
public static class EmailAddresses
{
    // RFC 5321, 4.5.3.1: 64 octets before the at sign, 254 for the whole path that can be written in an envelope.
    private const int MaxLocalPart = 64;
    private const int MaxEmail = 254;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The domain in lower case and A-labels; the part before the at sign stays as it was written, since only its own server knows which
    /// ways of writing it are one mailbox. Null: it is no address.</summary>
    /// <param name="value">Composed (NFC) and trimmed.</param>
    public static string? Normalize(string value)
    {
        var at = value.LastIndexOf('@');
        if (at is < 1 or > MaxLocalPart || !IsLocalPart(value.AsSpan(0, at)))
        {
            return null;
        }

        var domain = value.AsSpan(at + 1);
        if (IsUsualDomain(domain))
        {
            return value.Length > MaxEmail ? null
                : domain.ContainsAnyInRange('A', 'Z') ? string.Concat(value.AsSpan(0, at + 1), value[(at + 1)..].ToLowerInvariant())
                : value;
        }

        return ToAscii(value[(at + 1)..]) is { } ascii && at + 1 + ascii.Length <= MaxEmail ? string.Concat(value.AsSpan(0, at + 1), ascii) : null;
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        foreach (var letter in local)
        {
            if (char.IsWhiteSpace(letter) || (letter < 128 && !char.IsAsciiLetterOrDigit(letter) && !"!#$%&'*+-/=?^_`{|}~.".Contains(letter)))
            {
                return false;
            }
        }

        return local[0] != '.' && local[^1] != '.' && local.IndexOf("..") < 0;
    }

    /// <summary>Whether a domain name is its own A-label form, but for case: labels of letters, digits and single hyphens. Others need the long way.</summary>
    private static bool IsUsualDomain(ReadOnlySpan<char> domain)
    {
        var label = 0;
        var labels = 0;
        for (var i = 0; i <= domain.Length; i++)
        {
            if (i == domain.Length || domain[i] == '.')
            {
                if (label is 0 or > 63 || domain[i - 1] == '-')
                {
                    return false;
                }

                labels++;
                label = 0;
            }
            else if (char.IsAsciiLetterOrDigit(domain[i]) || (domain[i] == '-' && label > 0 && domain[i - 1] != '-'))
            {
                label++;
            }
            else
            {
                return false;
            }
        }

        return labels > 1 && domain.Length <= 253;
    }

    /// <summary>The A-label form of a domain name with at least two labels.</summary>
    private static string? ToAscii(string domain)
    {
        if (!domain.Contains('.') || domain.EndsWith('.'))
        {
            return null;
        }

        try
        {
            return Idn.GetAscii(domain.ToLowerInvariant()).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            // IdnMapping has no Try form; this is how it says that a label breaks IDNA's rules.
            return null;
        }
    }
}
