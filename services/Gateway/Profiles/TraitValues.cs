using System.Globalization;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Traits;

namespace Freshet.Gateway.Profiles;

/// <summary>A trait's JSON as a value of the CLR type that stands for its type: what the schema's scalars write.</summary>
public static class TraitValues
{
    /// <summary>Null for no value, and for one that does not fit: the dictionary may have changed since it was stored.</summary>
    public static object? FromJson(TraitDefinition trait, JsonElement json) => trait.Type switch
    {
        TraitType.String => json.ValueKind == JsonValueKind.String ? json.GetString() : null,
        TraitType.Integer => json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var number) ? number : null,
        TraitType.Decimal => json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) ? number : null,
        TraitType.Boolean => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : null,
        TraitType.Date => DayOf(json),
        TraitType.DateTime => json.ValueKind == JsonValueKind.String && json.TryGetDateTimeOffset(out var instant) ? instant : null,
        TraitType.List => ListOf(json),
        TraitType.Object => json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : json,
        TraitType.Duration => json.ValueKind == JsonValueKind.String ? json.GetString() : null,
        TraitType.Enum => json.ValueKind == JsonValueKind.String && json.GetString() is { } word && trait.Values.Contains(word) ? word : null,
        TraitType.Money => MoneyValues.IsCanonical(json) ? MoneyNode.Of(json) : null,
        _ => null,
    };

    /// <summary>A value that a reader gave as an argument, as JSON.</summary>
    public static JsonElement ToJson(object? value) => value switch
    {
        JsonElement json => json,
        MoneyNode money => MoneyValues.Of(money.MinorUnits, money.Currency),
        DateOnly day => JsonSerializer.SerializeToElement(day.ToString("O", CultureInfo.InvariantCulture)),
        IEnumerable<object?> list => JsonSerializer.SerializeToElement(list.OfType<string>()),
        _ => JsonSerializer.SerializeToElement(value),
    };

    private static DateOnly? DayOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.String
        && DateOnly.TryParseExact(json.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    private static List<string>? ListOf(JsonElement json) => json.ValueKind != JsonValueKind.Array
        ? null
        : [.. json.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
}
