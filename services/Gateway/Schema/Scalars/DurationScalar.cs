using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Freshet.Gateway.Schema.Scalars;

/// <summary>A length of time: ISO 8601 (<c>PT5M</c>, <c>P1DT12H</c>) or a number with a unit (<c>5m</c>, <c>30s</c>).</summary>
public sealed partial class DurationScalar : ScalarGraphType
{
    public DurationScalar()
    {
        Name = "Duration";
        Description = "A length of time: ISO 8601 without years and months (`PT5M`, `P1DT12H`), or a whole number with a unit: "
            + "`500ms`, `30s`, `5m`, `12h`, `30d`, `2w`. Never negative.";
    }

    /// <summary>Reads either form; false for anything else, for years and months (their length varies), and for negative lengths.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        try
        {
            if (Short.Match(text) is { Success: true } match)
            {
                duration = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Unit(match.Groups[2].Value);
                return true;
            }

            if (!Iso.IsMatch(text))
            {
                return false;
            }

            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }

    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLStringValue text when TryParse((string)text.Value, out var duration) => duration,
        GraphQLNullValue => null,
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value switch
    {
        string text when TryParse(text, out var duration) => duration,
        TimeSpan duration => duration,
        null => null,
        _ => ThrowValueConversionError(value),
    };

    public override object? Serialize(object? value) => value switch
    {
        TimeSpan duration => XmlConvert.ToString(duration),
        null => null,
        _ => ThrowSerializationError(value),
    };

    private static TimeSpan Unit(string unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(7),
    };

    [GeneratedRegex("^([0-9]{1,10})(ms|s|m|h|d|w)$")]
    private static partial Regex Short { get; }

    [GeneratedRegex(@"^P(?=.)([0-9]{1,9}D)?(T(?=.)([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]{1,9})?S)?)?$")]
    private static partial Regex Iso { get; }
}
