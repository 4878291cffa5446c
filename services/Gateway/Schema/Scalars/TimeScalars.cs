using System.Globalization;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Freshet.Gateway.Schema.Scalars;

/// <summary>An instant, always written in UTC.</summary>
public sealed class DateTimeScalar : ScalarGraphType
{
    public DateTimeScalar()
    {
        Name = "DateTime";
        Description = "An instant as in RFC 3339, for example `2026-11-23T13:00:00.123Z`. Answers are in UTC.";
    }

    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLStringValue text when TryParse((string)text.Value, out var instant) => instant,
        GraphQLNullValue => null,
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value switch
    {
        string text when TryParse(text, out var instant) => instant,
        // The JSON reader of the engine turns texts that look like times into these before we see them.
        DateTimeOffset => value,
        DateTime time => new DateTimeOffset(time.ToUniversalTime(), TimeSpan.Zero),
        null => null,
        _ => ThrowValueConversionError(value),
    };

    public override object? Serialize(object? value) => value switch
    {
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        null => null,
        _ => ThrowSerializationError(value),
    };

    internal static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        // An instant without a zone would mean something else on every machine.
        return text.Length > 10 && text[10] is 'T' or 't' && HasZone(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
    }

    private static bool HasZone(string text) =>
        text[^1] is 'Z' or 'z' || text.AsSpan(11).ContainsAny('+', '-');
}

/// <summary>A calendar day.</summary>
public sealed class DateScalar : ScalarGraphType
{
    public DateScalar()
    {
        Name = "Date";
        Description = "A calendar day, `2026-11-23`.";
    }

    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLStringValue text when TryParse((string)text.Value, out var day) => day,
        GraphQLNullValue => null,
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value switch
    {
        string text when TryParse(text, out var day) => day,
        DateOnly => value,
        DateTime { TimeOfDay.Ticks: 0 } time => DateOnly.FromDateTime(time),
        null => null,
        _ => ThrowValueConversionError(value),
    };

    public override object? Serialize(object? value) => value switch
    {
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        null => null,
        _ => ThrowSerializationError(value),
    };

    internal static bool TryParse(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
