using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces.Yaml;

/// <summary>What a YAML scalar means (YAML 1.2 core schema: quoted is text; plain may be null, boolean or number).</summary>
internal static class YamlScalars
{
    public static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>Text; a plain number or boolean is none, since someone who writes <c>default: 12</c> means a number.</summary>
    public static bool IsText(YamlNode node) =>
        node is YamlScalarNode scalar && (scalar.Style != ScalarStyle.Plain || !(IsNull(node) || Flag(node) is not null || Number(node) is not null));

    public static bool? Flag(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: var text }
        ? text switch { "true" => true, "false" => false, _ => null }
        : null;

    public static long? Integer(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain } scalar
        && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static decimal? Number(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain } scalar
        && decimal.TryParse(scalar.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>For messages: a list, a mapping, nothing, or the scalar in quotes.</summary>
    public static string Describe(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        _ when IsNull(node) => "nothing",
        YamlScalarNode { Value: { } text } when IsText(node) => $"the text '{Shorten(text)}'",
        YamlScalarNode { Value: { } text } => $"'{Shorten(text)}'",
        _ => "this",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}...";
}
