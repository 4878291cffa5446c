using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces.Yaml;

/// <summary>YAML as the JSON of the same meaning, for values that are free in form.</summary>
internal static class YamlJson
{
    // Anchors can tie a node into itself, and a value of this depth is no default of a trait.
    private const int MaxDepth = 16;

    /// <summary>False if it is nested too deep or has a key that is no text.</summary>
    public static bool TryConvert(YamlNode node, out JsonNode? json) => TryConvert(node, MaxDepth, out json);

    private static bool TryConvert(YamlNode node, int depth, out JsonNode? json)
    {
        json = null;
        return depth > 0 && node switch
        {
            YamlMappingNode mapping => TryObject(mapping, depth - 1, out json),
            YamlSequenceNode list => TryArray(list, depth - 1, out json),
            _ => TryScalar(node, out json),
        };
    }

    private static bool TryScalar(YamlNode node, out JsonNode? json)
    {
        json = YamlScalars.IsNull(node) ? null
            : YamlScalars.Flag(node) is { } flag ? flag
            : YamlScalars.Integer(node) is { } integer ? integer
            : YamlScalars.Number(node) is { } number ? number
            : (JsonNode?)((YamlScalarNode)node).Value;
        return true;
    }

    private static bool TryObject(YamlMappingNode mapping, int depth, out JsonNode? json)
    {
        var members = new JsonObject();
        json = members;
        foreach (var (key, value) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || !TryConvert(value, depth, out var member))
            {
                return false;
            }

            members[name] = member;
        }

        return true;
    }

    private static bool TryArray(YamlSequenceNode list, int depth, out JsonNode? json)
    {
        var items = new JsonArray();
        json = items;
        foreach (var item in list.Children)
        {
            if (!TryConvert(item, depth, out var element))
            {
                return false;
            }

            items.Add(element);
        }

        return true;
    }
}
