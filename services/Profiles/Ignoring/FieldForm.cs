using System.Globalization;
using System.Text.Json;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Ignoring;

/// <summary>What kind of value a field has.</summary>
public enum FieldShape
{
    String = 0,
    Integer = 1,
    Decimal = 2,
    Boolean = 3,
    Object = 4,
    List = 5,
    Null = 6,
}

/// <summary>What a value looks like, without the value.</summary>
/// <param name="Shape">Its kind.</param>
/// <param name="Format">Of a text: <c>email</c>, <c>url</c>, <c>date</c>, <c>date-time</c>, <c>uuid</c>, <c>phone</c>, <c>number</c>; null: none of them.</param>
public readonly record struct FieldForm(FieldShape Shape, string? Format = null)
{
    // Nothing that has a format is longer, but for web addresses, which show by how they begin.
    private const int LongestFormat = 254;

    public static FieldForm Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new(FieldShape.String, FormatOf(value.GetString()!.Trim())),
        JsonValueKind.Number => new(Json.RawText(value).AsSpan().ContainsAny('.', 'e', 'E') ? FieldShape.Decimal : FieldShape.Integer),
        JsonValueKind.True or JsonValueKind.False => new(FieldShape.Boolean),
        JsonValueKind.Array => new(FieldShape.List),
        JsonValueKind.Object => new(FieldShape.Object),
        _ => new(FieldShape.Null),
    };

    private static string? FormatOf(string text)
    {
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return "url";
        }

        return text.Length is 0 or > LongestFormat ? null
            : text.Contains('@') ? EmailAddresses.Normalize(text) is null ? null : "email"
            : Guid.TryParseExact(text, "D", out _) ? "uuid"
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? "date"
            : IsInstant(text) ? "date-time"
            : text[0] == '+' && TextFormats.Normalize(TextFormat.Phone, text, null) is not null ? "phone"
            : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "number"
            : null;
    }

    private static bool IsInstant(string text) => text is [_, _, _, _, '-', _, _, '-', _, _, 'T' or ' ', ..]
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
