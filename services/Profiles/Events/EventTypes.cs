using System.Buffers;
using System.Text;

namespace Freshet.Profiles.Events;

/// <summary>Event types in one form: lower case, words joined by dots.</summary>
public static class EventTypes
{
    public const int MaxLength = 200;

    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code)]);

    public const string Identified = "profile.identified";
    public const string Aliased = "profile.aliased";
    public const string PageViewed = "page.viewed";
    public const string ScreenViewed = "screen.viewed";
    public const string GroupJoined = "group.joined";

    /// <summary><c>Order Completed</c>, <c>order_completed</c> and <c>order-completed</c> are <c>order.completed</c>. A name with a dot has its words
    /// already: it only becomes lower case. Null for a name that is empty, too long, or holds control characters.</summary>
    public static string? Normalize(string name)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxLength || trimmed.AsSpan().ContainsAny(Controls))
        {
            return null;
        }

        return trimmed.Contains('.') ? trimmed.ToLowerInvariant() : JoinWords(trimmed);
    }

    private static string? JoinWords(string name)
    {
        var type = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (!char.IsWhiteSpace(letter) && letter is not ('_' or '-'))
            {
                type.Append(char.ToLowerInvariant(letter));
            }
            else if (type.Length > 0 && type[^1] != '.')
            {
                type.Append('.');
            }
        }

        var joined = type.ToString().TrimEnd('.');
        return joined.Length == 0 ? null : joined;
    }
}
