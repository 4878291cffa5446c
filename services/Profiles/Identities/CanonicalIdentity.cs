using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Freshet.Profiles.Identities;

/// <summary>One form per identity, so that every way of writing it finds the same profile. What is malformed, or stands for "nobody", is no identity:
/// it would glue strangers together.</summary>
public static class CanonicalIdentity
{
    /// <summary>In UTF-8.</summary>
    public const int MaxBytes = 512;

    // RFC 5321, 4.5.3.1: 64 octets before the at sign, 254 for the whole path that can be written in an envelope.
    private const int MaxLocalPart = 64;
    private const int MaxEmail = 254;

    // E.164: up to 15 digits; no country has fewer than 4 for country code and subscriber together.
    private const int MinPhoneDigits = 5;
    private const int MaxPhoneDigits = 15;

    /// <summary>What programs send when they know nobody. Compared without case; emails by their whole address.</summary>
    private static readonly FrozenSet<string> Placeholders = new[]
    {
        "null", "(null)", "undefined", "nil", "none", "nan", "n/a", "na", "unknown", "anonymous", "guest", "user", "customer",
        "0", "-1", "-", "[object object]", "true", "false", "{}", "[]", "00000000-0000-0000-0000-000000000000",
        "test@test.com", "test@example.com", "example@example.com", "user@example.com", "noreply@example.com", "none@none.com", "no@email.com",
        "email@email.com", "null@null.com", "a@a.com",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The canonical value; null if it is no identity.</summary>
    public static string? Of(string identityNamespace, string value)
    {
        var trimmed = value.Trim();
        if (trimmed.Length is 0 or > MaxBytes || Placeholders.Contains(trimmed) || HasControl(trimmed)
            || Encoding.UTF8.GetByteCount(trimmed) > MaxBytes)
        {
            return null;
        }

        return identityNamespace switch
        {
            IdentityNamespaces.Email => Email(trimmed),
            IdentityNamespaces.Phone => Phone(trimmed),
            _ => trimmed,
        };
    }

    private static bool HasControl(string text)
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

    /// <summary>Lower case as a whole: mailboxes that differ only by case belong to one person everywhere in practice. Tags and dots stay, since
    /// only some providers ignore them.</summary>
    private static string? Email(string value)
    {
        var at = value.LastIndexOf('@');
        if (at is < 1 or > MaxLocalPart || !IsLocalPart(value.AsSpan(0, at)))
        {
            return null;
        }

        if (IsUsualDomain(value.AsSpan(at + 1)))
        {
            // The placeholders were compared without case already.
            return value.Length <= MaxEmail ? value.ToLowerInvariant() : null;
        }

        if (ToAscii(value[(at + 1)..]) is not { } domain)
        {
            return null;
        }

        var email = $"{value[..at].ToLowerInvariant()}@{domain}";
        return email.Length <= MaxEmail && !Placeholders.Contains(email) ? email : null;
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

    /// <summary>E.164: a plus sign and digits. Without the plus a number means different people in different countries, so it is no identity.</summary>
    private static string? Phone(string value)
    {
        if (value[0] != '+')
        {
            return null;
        }

        var digits = new StringBuilder("+", MaxPhoneDigits + 1);
        foreach (var letter in value.AsSpan(1))
        {
            if (char.IsAsciiDigit(letter))
            {
                digits.Append(letter);
            }
            else if (!" -.()/\u00a0\u2011".Contains(letter))
            {
                return null;
            }
        }

        return digits.Length - 1 is >= MinPhoneDigits and <= MaxPhoneDigits && digits[1] != '0' ? digits.ToString() : null;
    }
}
