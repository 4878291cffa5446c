using System.Text.Json;

namespace Freshet.Profiles.Traits;

/// <summary>Which of two values of a type is larger. A total order over any JSON, so that values from before a change of type cannot throw.</summary>
public static class ValueOrder
{
    public static int Compare(JsonElement left, JsonElement right)
    {
        var byRank = Rank(left).CompareTo(Rank(right));
        if (byRank != 0)
        {
            return byRank;
        }

        return left.ValueKind switch
        {
            JsonValueKind.Number => CompareNumbers(left, right),
            JsonValueKind.String => CompareText(left.GetString()!, right.GetString()!),
            JsonValueKind.Undefined => 0,
            _ => string.CompareOrdinal(Json.RawText(left), Json.RawText(right)),
        };
    }

    private static int Rank(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => 0,
        JsonValueKind.Null => 1,
        JsonValueKind.False => 2,
        JsonValueKind.True => 3,
        JsonValueKind.Number => 4,
        JsonValueKind.String => 5,
        _ => 6,
    };

    private static int CompareNumbers(JsonElement left, JsonElement right)
    {
        if (PlainNumber.Is(left) && PlainNumber.Is(right))
        {
            return left.GetDecimal().CompareTo(right.GetDecimal());
        }

        var leftText = Json.RawText(left);
        var rightText = Json.RawText(right);
        return ExactNumber.TryRead(leftText, out var one) && ExactNumber.TryRead(rightText, out var other)
            ? one.CompareTo(other)
            : string.CompareOrdinal(leftText, rightText);
    }

    /// <summary>Dates compare as text. Instants are kept in UTC (<see cref="TraitValues"/>) with fractions of any length: <c>Z</c> sorts after the
    /// digits and the point, so it is left off.</summary>
    private static int CompareText(string left, string right) => IsInstant(left) && IsInstant(right)
        ? string.CompareOrdinal(left[..^1], right[..^1])
        : string.CompareOrdinal(left, right);

    private static bool IsInstant(string text) => text.Length >= 20 && text[10] == 'T' && text[^1] == 'Z';
}
