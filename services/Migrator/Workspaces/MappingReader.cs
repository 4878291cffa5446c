using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Mapping;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads one file of <c>mappings/</c>. Its name is the mapping's name.</summary>
internal static class MappingReader
{
    private const string Example = "{ type: order.completed, identities: { email: customer.email } }";

    /// <summary>Null if it cannot be read or compiled; the reasons are reported.</summary>
    public static MappingDefinition? Read(YamlFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Path);
        if (!Patterns.SourceId.IsMatch(name))
        {
            file.Error(Mark.Empty, $"'{name}' is no name for a mapping; rename the file to lower-case words with hyphens between, like web-shop.yaml");
        }

        if (file.ReadMap(MappingJson.Keys) is not { } map)
        {
            return null;
        }

        var definition = new MappingDefinition
        {
            Name = name,
            Tables = Tables(map),
            Let = Named(map, "let"),
            Rules = [.. map.Maps("rules", MappingJson.RuleKeys, Example).Select(Rule)],
        };
        if (MappingCompiler.Compile(definition, 0, out var errors) is null)
        {
            foreach (var error in errors)
            {
                file.Error(new Mark(0, Math.Max(1, error.Line), Math.Max(1, error.Column)), error.Message);
            }
        }

        return definition;
    }

    private static MappingRule Rule(YamlMap rule) => new()
    {
        Line = (int)rule.Start.Line,
        When = Expression(rule, "when"),
        Type = rule.Text("type"),
        TypeFrom = Expression(rule, "typeFrom"),
        At = Expression(rule, "at"),
        IsAlias = rule.Flag("alias") ?? false,
        Identities = Named(rule, "identities"),
        Traits = IsWhole(rule, "traits") ? [] : Named(rule, "traits"),
        TraitsFrom = IsWhole(rule, "traits") ? Expression(rule, "traits") : null,
        Properties = IsWhole(rule, "properties") ? [] : Named(rule, "properties"),
        PropertiesFrom = IsWhole(rule, "properties") ? Expression(rule, "properties") : null,
        Script = rule.Find("script") is YamlScalarNode script ? Place(script) : null,
    };

    private static bool IsWhole(YamlMap map, string key) => map.Find(key) is YamlScalarNode;

    private static List<NamedExpression> Named(YamlMap map, string key)
    {
        var named = new List<NamedExpression>();
        foreach (var (name, _, _, node) in map.Pairs(key, "'email: customer.email'"))
        {
            CheckQuotes(map.File, (YamlScalarNode)node);
            named.Add(new NamedExpression(name, Place((YamlScalarNode)node)));
        }

        return named;
    }

    private static ExpressionText? Expression(YamlMap map, string key)
    {
        if (map.Text(key) is null || map.Find(key) is not YamlScalarNode scalar)
        {
            return null;
        }

        CheckQuotes(map.File, scalar);
        return Place(scalar);
    }

    /// <summary>YAML takes its own quotes away: <c>currency: 'EUR'</c> would be read as a path.</summary>
    private static void CheckQuotes(YamlFile file, YamlScalarNode scalar)
    {
        if (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted && Patterns.BareWord.IsMatch(scalar.Value!))
        {
            file.Error(scalar.Start, $"these quotes belong to YAML, so this would be the path {scalar.Value}; write \"'{scalar.Value}'\" for the text, or leave the quotes out for the path");
        }
    }

    // A block begins on the line below its mark; its indentation is not known.
    private static ExpressionText Place(YamlScalarNode scalar) => scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded
        ? new ExpressionText(scalar.Value!, (int)scalar.Start.Line + 1, 1)
        : new ExpressionText(scalar.Value!, (int)scalar.Start.Line, (int)scalar.Start.Column + (scalar.Style == ScalarStyle.Plain ? 0 : 1));

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Tables(YamlMap map)
    {
        var tables = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        if (map.Find("tables") is not YamlMappingNode node)
        {
            _ = map.Map("tables", [], "tier: { gold: premium }");
            return tables;
        }

        var names = node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value!).ToList();
        var all = new YamlMap(map.File, node, names);
        foreach (var name in names)
        {
            tables[name] = all.Pairs(name, "{ gold: premium }").ToDictionary(entry => entry.Key, entry => entry.Text);
        }

        return tables;
    }
}
