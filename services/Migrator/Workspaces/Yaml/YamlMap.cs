using Freshet.Profiles.Dictionary;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces.Yaml;

/// <summary>A mapping with a known set of keys. Each reader gives the value, or reports what is wrong and gives null.</summary>
internal sealed class YamlMap
{
    private const string MergeKey = "<<";
    private readonly YamlMappingNode node;
    private readonly Dictionary<string, YamlNode> values = [];

    public YamlMap(YamlFile file, YamlMappingNode node, IReadOnlyList<string> keys)
    {
        File = file;
        this.node = node;
        foreach (var (key, value) in node.Children)
        {
            Take(key, value, keys);
        }

        foreach (var (key, value) in Merged(node))
        {
            values.TryAdd(key, value);
        }
    }

    public YamlFile File { get; }

    public Mark Start => node.Start;

    public bool Has(string key) => values.ContainsKey(key);

    public YamlNode? Find(string key) => values.GetValueOrDefault(key);

    /// <summary>Reports at the value of a key, or at the mapping if the key is absent.</summary>
    public void Error(string key, string message) => File.Error((Find(key) ?? node).Start, message);

    /// <summary>Reports a key that has to be there.</summary>
    public bool Require(string key, string cure)
    {
        if (!Has(key))
        {
            File.Error(node.Start, $"'{key}' is missing; {cure}");
        }

        return Has(key);
    }

    public string? Text(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        if (value is YamlScalarNode { Value: { } text } && !YamlScalars.IsNull(value))
        {
            return text;
        }

        File.Error(value.Start, $"'{key}' must be text, not {YamlScalars.Describe(value)}; write it on the same line, in quotes if it has special characters");
        return null;
    }

    public bool? Flag(string key)
    {
        if (Find(key) is not { } value || YamlScalars.Flag(value) is { } flag)
        {
            return Find(key) is { } found ? YamlScalars.Flag(found) : null;
        }

        File.Error(value.Start, $"'{key}' must be true or false, not {YamlScalars.Describe(value)}; write it without quotes");
        return null;
    }

    public int? Integer(string key, int smallest, int largest)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        if (YamlScalars.Integer(value) is { } number && number >= smallest && number <= largest)
        {
            return (int)number;
        }

        File.Error(value.Start, $"'{key}' is {YamlScalars.Describe(value)}; give a whole number from {smallest} to {largest}");
        return null;
    }

    /// <summary>The items of a list of texts that are texts.</summary>
    public IReadOnlyList<(string Text, YamlNode Node)> Texts(string key, string example)
    {
        var texts = new List<(string, YamlNode)>();
        foreach (var item in Items(key, example))
        {
            if (item is YamlScalarNode { Value: { } text } && !YamlScalars.IsNull(item))
            {
                texts.Add((text, item));
            }
            else
            {
                File.Error(item.Start, $"an item of '{key}' must be text, not {YamlScalars.Describe(item)}; write it like {example}");
            }
        }

        return texts;
    }

    /// <summary>The pairs of a mapping from free keys to texts.</summary>
    public IReadOnlyList<(string Key, string Text, YamlNode KeyNode, YamlNode ValueNode)> Pairs(string key, string example)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        if (value is not YamlMappingNode mapping)
        {
            File.Error(value.Start, $"'{key}' must be a mapping, not {YamlScalars.Describe(value)}; write it like {example}");
            return [];
        }

        var pairs = new List<(string, string, YamlNode, YamlNode)>();
        foreach (var (name, text) in mapping.Children)
        {
            if (name is YamlScalarNode { Value: { Length: > 0 } left } && text is YamlScalarNode { Value: { Length: > 0 } right })
            {
                pairs.Add((left, right, name, text));
            }
            else
            {
                File.Error(text.Start, $"a value of '{key}' must be text, not {YamlScalars.Describe(text)}; write it like {example}");
            }
        }

        return pairs;
    }

    /// <summary>The items of a list of mappings with the given keys.</summary>
    public IReadOnlyList<YamlMap> Maps(string key, IReadOnlyList<string> keys, string example)
    {
        var maps = new List<YamlMap>();
        foreach (var item in Items(key, example))
        {
            if (item is YamlMappingNode mapping)
            {
                maps.Add(new YamlMap(File, mapping, keys));
            }
            else
            {
                File.Error(item.Start, $"an item of '{key}' must be a mapping, not {YamlScalars.Describe(item)}; write it like {example}");
            }
        }

        return maps;
    }

    public YamlMap? Map(string key, IReadOnlyList<string> keys, string example)
    {
        if (Find(key) is YamlMappingNode mapping)
        {
            return new YamlMap(File, mapping, keys);
        }

        if (Find(key) is { } value)
        {
            File.Error(value.Start, $"'{key}' must be a mapping, not {YamlScalars.Describe(value)}; write it like {example}");
        }

        return null;
    }

    private IEnumerable<YamlNode> Items(string key, string example)
    {
        if (Find(key) is YamlSequenceNode list)
        {
            return list.Children;
        }

        if (Find(key) is { } value)
        {
            File.Error(value.Start, $"'{key}' must be a list, not {YamlScalars.Describe(value)}; write its items like '- {example}'");
        }

        return [];
    }

    private void Take(YamlNode key, YamlNode value, IReadOnlyList<string> keys)
    {
        if (key is YamlScalarNode { Value: { } name } && keys.Contains(name))
        {
            values[name] = value;
        }
        else if (key is not YamlScalarNode { Value: MergeKey })
        {
            var word = key is YamlScalarNode { Value: { } text } ? text : YamlScalars.Describe(key);
            File.Error(key.Start, $"unknown key '{word}'; {Suggestion.For(word, keys)}");
        }
    }

    // '<<: *anchor' or '<<: [*a, *b]': keys of the mapping itself win over these. (YAML 1.1's merge key, which editors know.)
    private static IEnumerable<(string Key, YamlNode Value)> Merged(YamlMappingNode node)
    {
        var sources = node.Children.Where(pair => pair.Key is YamlScalarNode { Value: MergeKey })
            .SelectMany(pair => pair.Value is YamlSequenceNode list ? list.Children : (IEnumerable<YamlNode>)[pair.Value]);
        return sources.OfType<YamlMappingNode>()
            .SelectMany(source => source.Children)
            .Where(pair => pair.Key is YamlScalarNode { Value: not MergeKey and not null })
            .Select(pair => (((YamlScalarNode)pair.Key).Value!, pair.Value));
    }
}
