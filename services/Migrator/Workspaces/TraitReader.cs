using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;

namespace Freshet.Migrator.Workspaces;

/// <summary>The traits that could be read, and the names of all that were named, so that a faulty trait is not also called unknown.</summary>
internal sealed record ReadTraits(IReadOnlyList<TraitDefinition> Traits, IReadOnlyDictionary<string, bool> IsComputedByName);

/// <summary>Reads <c>traits.yaml</c>.</summary>
internal static class TraitReader
{
    private const string Example = "{ name: first_name, type: string }";
    private const int LongestName = 60;

    // These already mean something in events or in a profile.
    private static readonly string[] Reserved =
    [
        "id", "profile_id", "user_id", "anonymous_id", "external_ids", "traits", "identities", "segments", "events", "version",
    ];

    /// <summary>Null if the file is no mapping with a list of traits.</summary>
    public static ReadTraits? Read(YamlFile file, IReadOnlyCollection<string> sourceIds)
    {
        if (file.ReadMap(WorkspaceKeys.TraitsFile) is not { } root || !root.Require("traits", $"write its items like '- {Example}'"))
        {
            return null;
        }

        var traits = new List<TraitDefinition>();
        var names = new Dictionary<string, bool>();
        foreach (var map in root.Maps("traits", WorkspaceKeys.Trait, Example))
        {
            var name = ReadName(map, names);
            var trait = ReadTrait(map, name ?? "", sourceIds);
            if (name is not null && trait is not null)
            {
                traits.Add(trait);
            }
        }

        return new ReadTraits(traits, names);
    }

    private static string? ReadName(YamlMap map, Dictionary<string, bool> names)
    {
        if (!map.Require("name", "name the trait in snake case, like first_name") || map.Text("name") is not { } name)
        {
            return null;
        }

        var twin = names.Keys.FirstOrDefault(other => GraphQLName(other) == GraphQLName(name));
        var fault = !Patterns.TraitName.IsMatch(name) || name.Length > LongestName
                ? $"'{name}' is no name for a trait; write it in snake case, like {Snake(name)}"
            : Reserved.Contains(name) ? $"'{name}' is reserved, since events and profiles have it already; choose another name, like customer_{name}"
            : twin == name ? $"the trait '{name}' stands here a second time; remove one of the two"
            : twin is not null ? $"'{name}' and '{twin}' would both be '{GraphQLName(name)}' in GraphQL; rename one of the two"
            : null;
        names.TryAdd(name, map.Has("computed"));
        if (fault is not null)
        {
            map.Error("name", fault);
        }

        return fault is null ? name : null;
    }

    private static TraitDefinition? ReadTrait(YamlMap map, string name, IReadOnlyCollection<string> sourceIds)
    {
        map.Require("type", $"add one of: {string.Join(", ", DefinitionWords.All<TraitType>())}");
        if (Words.Read<TraitType>(map, "type") is not { } type)
        {
            return null;
        }

        var policy = PolicyReader.Read(map, type, sourceIds);
        return CheckReader.Read(map, new TraitDefinition
        {
            Name = name,
            Type = type,
            Description = map.Text("description"),
            IsPersonal = map.Flag("personal") ?? false,
            Policy = policy.Policy,
            SourcePriority = policy.SourcePriority,
            MaxAge = Durations.Read(map, "maxAge", "30d"),
            Default = DefaultReader.Read(map, type),
            Computed = ComputationReader.Read(map, type),
            RefreshFrom = PolicyReader.ReadRefresh(map, sourceIds),
        });
    }

    // first_name -> firstName, as the gateway shows it.
    private static string GraphQLName(string name) =>
        string.Concat(name.Split('_').Select((part, i) => i == 0 || part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));

    // The nearest name that would do, for the message.
    private static string Snake(string name)
    {
        var separated = string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 && char.IsLower(name[i - 1]) ? $"_{c}" : $"{c}"));
        var letters = string.Concat(separated.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var snake = string.Join('_', letters.Split('_', StringSplitOptions.RemoveEmptyEntries)).TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '_');
        return snake.Length is > 0 and <= LongestName ? snake : "first_name";
    }
}
