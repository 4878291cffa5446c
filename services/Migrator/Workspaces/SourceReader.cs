using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads one file of <c>sources/</c>. Its name is the source's id.</summary>
/// <param name="traits">The dictionary; null if they could not be read, then references to them are not judged.</param>
/// <param name="secrets">Judges what <c>secrets</c> refer to.</param>
/// <param name="mappings">Which there are.</param>
internal sealed class SourceReader(ReadTraits? traits, SecretReader secrets, MappingFiles mappings)
{
    private readonly IReadOnlyDictionary<string, bool>? isComputedByName = traits?.IsComputedByName;

    private const int LongestId = 40;
    private const int SmallestBody = 1024;
    private const int LargestBody = 16 * 1024 * 1024;
    private const int MostEvents = 1_000_000;

    private static readonly string[] Namespaces =
        [IdentityNamespaces.UserId, IdentityNamespaces.Email, IdentityNamespaces.Phone, IdentityNamespaces.AnonymousId];

    /// <summary>The id that a file name gives, and whether it is a valid one.</summary>
    public static (string Id, bool IsValid) IdOf(string path)
    {
        var id = Path.GetFileNameWithoutExtension(path);
        return (id, Patterns.SourceId.IsMatch(id) && id.Length <= LongestId);
    }

    /// <summary>What is wrong with the name of a namespace of identities; null if nothing is.</summary>
    public static string? NamespaceFault(string space) => Namespaces.Contains(space) || Patterns.ExternalNamespace.IsMatch(space)
        ? null
        : $"'{space}' is no identity namespace; {Suggestion.For(space, [.. Namespaces, "external:<system>"])}";

    /// <summary>Null if the source could not be read; the reasons are reported.</summary>
    public Source? Read(YamlFile file)
    {
        var (id, isValid) = IdOf(file.Path);
        if (!isValid)
        {
            file.Error(YamlDotNet.Core.Mark.Empty, $"'{id}' is no id for a source, since it becomes part of an address; rename the file to lower-case words with hyphens between, like web-shop.yaml");
        }

        if (file.ReadMap(WorkspaceKeys.Source) is not { } map)
        {
            return null;
        }

        map.Require("kind", $"add one of: {string.Join(", ", DefinitionWords.All<SourceKind>())}");
        var kind = Words.Read<SourceKind>(map, "kind");
        var source = new Source
        {
            Id = id,
            Kind = kind ?? default,
            Name = map.Text("name") ?? id,
            IsEnabled = map.Flag("enabled") ?? true,
            SecretNames = secrets.Read(map, id, kind),
            Events = ReadEvents(map),
            TraitPaths = ReadTraitPaths(map),
            IdentityPaths = ReadIdentityPaths(map),
            MappingName = mappings.Read(map),
            LookUp = new LookUpReader(secrets, mappings, traits).Read(map),
            IsThirdParty = map.Flag("thirdParty") ?? false,
            DefaultCountry = ReadCountry(map),
        };
        if (kind is SourceKind.Tracking or SourceKind.Mixpanel or SourceKind.Ga4 && map.Has("maxBodyBytes"))
        {
            map.Error("maxBodyBytes", "'maxBodyBytes' is for webhooks; tracking has limits of its own (docs/senders.md), so remove it");
        }

        return kind is null ? null : new SenderSettingsReader(secrets).Read(map, source) with
        {
            MaxBodyBytes = map.Integer("maxBodyBytes", SmallestBody, LargestBody) ?? source.MaxBodyBytes,
            EventsPerSecond = map.Integer("eventsPerSecond", 1, MostEvents) ?? source.EventsPerSecond,
        };
    }

    private static string? ReadCountry(YamlMap map)
    {
        if (map.Text("defaultCountry") is not { } text || Countries.Find(text) is { } code && code == text)
        {
            return map.Has("defaultCountry") ? map.Text("defaultCountry") : null;
        }

        map.Error("defaultCountry", $"'{text}' is no country; write its two letters of ISO 3166-1, like {Countries.Find(text) ?? "AT"}");
        return null;
    }

    private static List<string> ReadEvents(YamlMap map)
    {
        var types = new List<string>();
        foreach (var (type, node) in map.Texts("events", "order.completed"))
        {
            if (EventTypes.Check(map.File, type, node) is not null)
            {
                types.Add(type);
            }
        }

        return types;
    }

    private SortedDictionary<string, string> ReadTraitPaths(YamlMap map)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (trait, path, traitNode, pathNode) in map.Pairs("traits", "'plan: data.subscription.plan'"))
        {
            if (isComputedByName is not null && !isComputedByName.TryGetValue(trait, out _))
            {
                map.File.Error(traitNode.Start, $"there is no trait '{trait}' in traits.yaml; {UnknownTrait(trait)}");
            }
            else if (isComputedByName is not null && isComputedByName[trait])
            {
                map.File.Error(traitNode.Start, $"'{trait}' is a computed trait, which no source can set; remove it here or 'computed' there");
            }

            CheckPath(map, path, pathNode);
            paths[trait] = path;
        }

        return paths;
    }

    private string UnknownTrait(string trait) =>
        Suggestion.Nearest(trait, isComputedByName!.Keys) is { } nearest ? $"did you mean '{nearest}'?" : "add it there, or remove it here";

    private static SortedDictionary<string, string> ReadIdentityPaths(YamlMap map)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (space, path, spaceNode, pathNode) in map.Pairs("identities", "'user_id: data.customer.number'"))
        {
            if (NamespaceFault(space) is { } fault)
            {
                map.File.Error(spaceNode.Start, fault);
            }

            CheckPath(map, path, pathNode);
            paths[space] = path;
        }

        return paths;
    }

    private static void CheckPath(YamlMap map, string path, YamlDotNet.RepresentationModel.YamlNode node)
    {
        if (!Patterns.Path.IsMatch(path))
        {
            map.File.Error(node.Start, $"'{path}' is no path; write names with dots between, like data.customer.number");
        }
    }
}
