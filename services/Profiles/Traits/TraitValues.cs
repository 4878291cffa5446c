using System.Globalization;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Traits;

/// <summary>Values as the dictionary's types. Exact or not at all: a value that would have to be rounded, cut or guessed does not fit.</summary>
public static class TraitValues
{
    /// <summary>The value in the type's one form: integers without exponent, decimals as they were written, days as <c>yyyy-MM-dd</c>, instants in UTC.
    /// Numbers and booleans written as text are taken as what they say, and text traits take numbers and booleans as they were written.</summary>
    public static bool TryCoerce(TraitType type, JsonElement value, out JsonElement typed)
    {
        JsonElement? coerced = type switch
        {
            TraitType.String when value.ValueKind == JsonValueKind.String => value,
            TraitType.String => TextOf(value) is { } text ? Json.Text(text) : null,
            TraitType.Integer => Integer(value),
            TraitType.Decimal => Decimal(value),
            TraitType.Boolean => Boolean(value),
            TraitType.Date => Date(value),
            TraitType.DateTime => Instants.TryRead(value, out var instant) ? Json.Text(Instants.Write(instant)) : null,
            TraitType.List => List(value),
            TraitType.Object => value.ValueKind == JsonValueKind.Object ? value : null,
            TraitType.Money => MoneyValues.TryRead(value, out var money) is null ? money : null,
            TraitType.Duration => value.ValueKind == JsonValueKind.String && DurationValues.Normalize(value.GetString()!) is { } duration ? Json.Text(duration) : null,
            TraitType.Enum => TextOf(value) is { } word ? Json.Text(word) : null,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown trait type."),
        };
        typed = coerced ?? default;
        return coerced is not null;
    }

    /// <summary>The same as <see cref="TryCoerce"/>, with the reason.</summary>
    /// <returns>A code of <see cref="RejectedValue"/>; null: it is of the type.</returns>
    public static string? Coerce(TraitType type, JsonElement value, out JsonElement typed) =>
        TryCoerce(type, value, out typed) ? null
        : type == TraitType.Money ? MoneyValues.TryRead(value, out _)
        : RejectedValue.TypeMismatch;

    /// <summary>Whether a stored value can still be shown after the dictionary changed its type or the list of what it can be.</summary>
    public static bool Fits(TraitDefinition trait, JsonElement value) => Fits(trait.Type, value) && (trait.Type != TraitType.Enum || IsListed(trait.Values, value));

    /// <summary>Whether it is of the type's form.</summary>
    public static bool Fits(TraitType type, JsonElement value) => type switch
    {
        TraitType.Integer => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        TraitType.Decimal => value.ValueKind == JsonValueKind.Number,
        TraitType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        TraitType.List => value.ValueKind == JsonValueKind.Array,
        TraitType.Object => value.ValueKind == JsonValueKind.Object,
        TraitType.Money => MoneyValues.IsCanonical(value),
        TraitType.String or TraitType.Enum => value.ValueKind == JsonValueKind.String,
        TraitType.DateTime => value.ValueKind == JsonValueKind.String && Instants.TryRead(value, out _),
        _ => value.ValueKind == JsonValueKind.String && TryCoerce(type, value, out _),
    };

    private static bool IsListed(IReadOnlyList<string> values, JsonElement value)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (value.ValueEquals(values[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Json.RawText(value),
        _ => null,
    };

    private static string? NumberText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => Json.RawText(value),
        JsonValueKind.String => value.GetString()!.Trim(),
        _ => null,
    };

    private static JsonElement? Integer(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && PlainNumber.IsWhole(value))
        {
            return value;
        }

        if (NumberText(value) is not { } text || !ExactNumber.TryRead(text, out var number) || !number.IsWhole)
        {
            return null;
        }

        var whole = number.ToLongRange();
        return whole.ToString(CultureInfo.InvariantCulture) == number.ToString() ? Json.Number(whole) : null;
    }

    private static JsonElement? Decimal(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && PlainNumber.Is(value))
        {
            return value;
        }

        if (NumberText(value) is not { } text || !ExactNumber.TryRead(text, out _))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number ? value : Json.Number(text);
    }

    private static JsonElement? Boolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => value,
        JsonValueKind.String when value.GetString()!.Trim().Equals("true", StringComparison.OrdinalIgnoreCase) => Json.True,
        JsonValueKind.String when value.GetString()!.Trim().Equals("false", StringComparison.OrdinalIgnoreCase) => Json.False,
        _ => null,
    };

    /// <summary>An instant stands for the day that it was written with: nobody's birthday moves because of a time zone.</summary>
    private static JsonElement? Date(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = value.GetString()!.Trim();
        var day = text.Length > 10 && text[10] is 'T' or 't' && Instants.IsWellFormed(text) ? text[..10] : text;
        return DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? Json.Text(day) : null;
    }

    private static JsonElement? List(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return TextOf(value) is { } single ? Json.List([single]) : null;
        }

        var words = new List<string>();
        foreach (var element in value.EnumerateArray())
        {
            if (TextOf(element) is not { } word)
            {
                return null;
            }

            words.Add(word);
        }

        return Json.List(words);
    }
}
