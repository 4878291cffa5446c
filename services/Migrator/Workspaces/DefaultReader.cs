using System.Globalization;
using System.Text.Json.Nodes;
using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Traits;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads <c>default</c>: a value of the trait's own type, kept as JSON text.</summary>
internal static class DefaultReader
{
    public static string? Read(YamlMap map, TraitType type)
    {
        if (map.Find("default") is not { } node)
        {
            return null;
        }

        if (Convert(node, type) is { } json)
        {
            return json.ToJsonString();
        }

        map.Error("default", $"the default is {YamlScalars.Describe(node)}, but the trait's type is '{DefinitionWords.Of(type)}'; write it like {ExampleOf(type)}");
        return null;
    }

    /// <summary>Null: the node is no value of the type.</summary>
    public static JsonNode? Convert(YamlNode node, TraitType type) => type switch
    {
        TraitType.String => YamlScalars.IsText(node) ? ((YamlScalarNode)node).Value : null,
        TraitType.Integer => YamlScalars.Integer(node),
        TraitType.Decimal => YamlScalars.Number(node),
        TraitType.Boolean => YamlScalars.Flag(node),
        TraitType.Date => TextIf(node, text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)),
        TraitType.DateTime => TextIf(node, IsInstant),
        TraitType.Duration => TextIf(node, text => DurationValues.Normalize(text) is not null),
        TraitType.Enum => YamlScalars.IsNull(node) || node is not YamlScalarNode { Value: { } word } ? null : word,
        TraitType.List => node is YamlSequenceNode list && list.Children.All(YamlScalars.IsText) ? Json(list) : null,
        _ => node is YamlMappingNode ? Json(node) : null,
    };

    private static JsonNode? TextIf(YamlNode node, Func<string, bool> isFine) =>
        YamlScalars.IsText(node) && node is YamlScalarNode { Value: { } text } && isFine(text) ? text : null;

    // RFC 3339: a day, a time and an offset.
    private static bool IsInstant(string text) =>
        text.Length >= 20 && (text[^1] == 'Z' || text[^6] is '+' or '-')
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static JsonNode? Json(YamlNode node) => YamlJson.TryConvert(node, out var json) ? json : null;

    private static string ExampleOf(TraitType type) => type switch
    {
        TraitType.String => "'default: \"friend\"'",
        TraitType.Integer => "'default: 0'",
        TraitType.Decimal => "'default: 0.00'",
        TraitType.Boolean => "'default: false'",
        TraitType.Date => "'default: 2026-11-23'",
        TraitType.DateTime => "'default: 2026-11-23T10:00:00Z'",
        TraitType.Money => "'default: { amount: \"0.00\", currency: EUR }'",
        TraitType.Duration => "'default: PT30M'",
        TraitType.Enum => "'default: free', one of 'values'",
        TraitType.List => "'default: [news, offers]', each item a text",
        _ => "'default: { key: value }'",
    };
}
