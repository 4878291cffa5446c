using System.Collections.Frozen;
using System.Text;
using Freshet.Profiles.Formats;

namespace Freshet.Profiles.Identities;

/// <summary>One form per identity, so that every way of writing it finds the same profile. What is malformed, or stands for "nobody", is no identity:
/// it would glue strangers together.</summary>
public static class CanonicalIdentity
{
    /// <summary>In UTF-8.</summary>
    public const int MaxBytes = 512;

    /// <summary>What programs send when they know nobody. Compared without case; emails by their whole address.</summary>
    private static readonly FrozenSet<string> Placeholders = new[]
    {
        "null", "(null)", "undefined", "nil", "none", "nan", "n/a", "na", "unknown", "anonymous", "guest", "user", "customer",
        "0", "-1", "-", "[object object]", "true", "false", "{}", "[]", "00000000-0000-0000-0000-000000000000",
        "test@test.com", "test@example.com", "example@example.com", "user@example.com", "noreply@example.com", "none@none.com", "no@email.com",
        "email@email.com", "null@null.com", "a@a.com",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The canonical value; null if it is no identity.</summary>
    /// <param name="identityNamespace">Which kind of identity.</param>
    /// <param name="value">As it was written.</param>
    /// <param name="country">For a telephone number without its country: the event's, ISO 3166-1 alpha-2. Null: such a number is no identity, since
    /// it means different people in different countries.</param>
    public static string? Of(string identityNamespace, string value, string? country = null)
    {
        var trimmed = value.Trim();
        if (trimmed.Length is 0 or > MaxBytes || Placeholders.Contains(trimmed) || Unicode.HasControl(trimmed)
            || Encoding.UTF8.GetByteCount(trimmed) > MaxBytes)
        {
            return null;
        }

        return identityNamespace switch
        {
            IdentityNamespaces.Email => Email(trimmed),
            IdentityNamespaces.Phone => TextFormats.Normalize(TextFormat.Phone, trimmed, country),
            _ => trimmed,
        };
    }

    /// <summary>Lower case as a whole: mailboxes that differ only by case belong to one person everywhere in practice. Tags and dots stay, since
    /// only some providers ignore them.</summary>
    private static string? Email(string value) =>
        TextFormats.Normalize(TextFormat.Email, value, null)?.ToLowerInvariant() is { } email && !Placeholders.Contains(email) ? email : null;
}
