using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;

namespace Freshet.Migrator.Workspaces;

/// <summary>How the observations of a trait merge.</summary>
internal sealed record ReadPolicy(TraitPolicy Policy, IReadOnlyList<string> SourcePriority);

/// <summary>Reads <c>policy</c> and <c>sourcePriority</c>, and whether they fit the trait.</summary>
internal static class PolicyReader
{
    private static readonly TraitType[] Numbers = [TraitType.Integer, TraitType.Decimal];
    private static readonly TraitType[] Ordered = [TraitType.Integer, TraitType.Decimal, TraitType.Date, TraitType.DateTime];

    public static ReadPolicy Read(YamlMap map, TraitType type, IReadOnlyCollection<string> sourceIds)
    {
        var policy = Words.Read<TraitPolicy>(map, "policy") ?? TraitPolicy.Latest;
        if (map.Has("computed"))
        {
            RefuseFor(map, "policy");
            RefuseFor(map, "sourcePriority");
            return new ReadPolicy(TraitPolicy.Latest, []);
        }

        if (TypesOf(policy) is { } types && !types.Contains(type))
        {
            var fitting = string.Join(" or ", types.Select(DefinitionWords.Of));
            map.Error("policy", $"policy '{DefinitionWords.Of(policy)}' does not fit type '{DefinitionWords.Of(type)}'; it needs {fitting}");
        }

        return new ReadPolicy(policy, ReadPriority(map, policy, sourceIds));
    }

    private static TraitType[]? TypesOf(TraitPolicy policy) => policy switch
    {
        TraitPolicy.Sum => Numbers,
        TraitPolicy.Max or TraitPolicy.Min => Ordered,
        TraitPolicy.Union => [TraitType.List],
        _ => null,
    };

    private static List<string> ReadPriority(YamlMap map, TraitPolicy policy, IReadOnlyCollection<string> sourceIds)
    {
        if (policy != TraitPolicy.SourcePriority)
        {
            if (map.Has("sourcePriority"))
            {
                map.Error("sourcePriority", "'sourcePriority' has no effect here; add 'policy: source-priority' or remove it");
            }

            return [];
        }

        map.Require("sourcePriority", "policy 'source-priority' needs the sources from most to least trusted, like 'sourcePriority: [app, demo]'");
        var seen = new List<string>();
        foreach (var (id, node) in map.Texts("sourcePriority", "demo"))
        {
            if (!sourceIds.Contains(id))
            {
                map.File.Error(node.Start, $"there is no source '{id}'; {UnknownSource(id, sourceIds)}");
            }
            else if (seen.Contains(id))
            {
                map.File.Error(node.Start, $"source '{id}' stands here a second time; remove one of the two");
            }

            seen.Add(id);
        }

        return seen;
    }

    /// <summary>The source that is asked for newer values. Whether it can be asked is judged when it was read.</summary>
    public static string? ReadRefresh(YamlMap map, IReadOnlyCollection<string> sourceIds)
    {
        if (map.Text("refreshFrom") is not { } id)
        {
            return null;
        }

        if (map.Has("computed"))
        {
            RefuseFor(map, "refreshFrom");
        }
        else if (!sourceIds.Contains(id))
        {
            map.Error("refreshFrom", $"there is no source '{id}'; {UnknownSource(id, sourceIds)}");
        }

        return id;
    }

    private static string UnknownSource(string id, IReadOnlyCollection<string> sourceIds) =>
        sourceIds.Count == 0 ? $"add sources/{id}.yaml" : Suggestion.For(id, sourceIds);

    private static void RefuseFor(YamlMap map, string key)
    {
        if (map.Has(key))
        {
            map.Error(key, $"a computed trait has no '{key}', since its value comes from events alone; remove it");
        }
    }
}
