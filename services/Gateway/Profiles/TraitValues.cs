using System.Globalization;
using System.Text.Json;
using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.Profiles;

/// <summary>Stored JSON as values of the CLR type that stands for a trait's type: what the schema's scalars write.</summary>
public static class TraitValues
{
    /// <summary>Null for no value, and for one that does not fit (the dictionary may have changed since it was stored).</summary>
    public static object? FromJson(TraitType type, JsonElement json) => type switch
    {
        TraitType.String => json.ValueKind == JsonValueKind.String ? json.GetString() : null,
        TraitType.Integer => json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var number) ? number : null,
        TraitType.Decimal => json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) ? number : null,
        TraitType.Boolean => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : null,
        TraitType.Date => DayOf(json),
        TraitType.DateTime => json.ValueKind == JsonValueKind.String && json.TryGetDateTimeOffset(out var instant) ? instant : null,
        TraitType.List => ListOf(json),
        TraitType.Object => json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : json,
        _ => null,
    };

    /// <summary>The dictionary's default, null for none.</summary>
    public static object? DefaultOf(TraitDefinition definition) =>
        definition.Default is null ? null : FromJson(definition.Type, DefaultJson(definition));

    /// <summary>The dictionary's default as JSON; undefined for none.</summary>
    public static JsonElement DefaultJson(TraitDefinition definition)
    {
        if (definition.Default is null)
        {
            return default;
        }

        using var document = JsonDocument.Parse(definition.Default);
        return document.RootElement.Clone();
    }

    private static DateOnly? DayOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.String
        && DateOnly.TryParseExact(json.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    private static List<string>? ListOf(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var list = new List<string>(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                list.Add(item.GetString()!);
            }
        }

        return list;
    }
}
