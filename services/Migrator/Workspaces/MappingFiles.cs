using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Workspaces;

/// <summary>The mappings that a workspace can use: the files of its folder <c>mappings/</c>, and the built-in ones, of which a file of the same
/// name takes the place.</summary>
internal sealed class MappingFiles
{
    private const string Folder = "mappings";

    private readonly Dictionary<string, MappingDefinition?> own;

    public MappingFiles(string workspace, WorkspaceErrors errors)
    {
        var folder = Path.Combine(workspace, Folder);
        own = Directory.Exists(folder)
            ? WorkspaceReader.YamlFiles(folder, errors).ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => MappingReader.Read(new YamlFile(path, errors)))
            : [];
        Names = [.. own.Keys.Union(BuiltInMappings.Names).Order(StringComparer.Ordinal)];
    }

    /// <summary>All names, those of files with errors too.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>The mapping that <c>mapping</c> names, or null after reporting that there is none.</summary>
    public string? Read(YamlMap map)
    {
        if (map.Text("mapping") is not { } name || Names.Contains(name))
        {
            return map.Has("mapping") ? map.Text("mapping") : null;
        }

        map.Error("mapping", Patterns.SourceId.IsMatch(name)
            ? $"there is no mapping '{name}'; {(Suggestion.Nearest(name, Names) is { } nearest ? $"did you mean '{nearest}'?" : $"add mappings/{name}.yaml")}"
            : $"'{name}' is no name of a mapping; write the name of its file in mappings/ without .yaml, like web-shop");
        return null;
    }

    /// <summary>Those of the folder, since they can be tried before a source uses them, and the built-in ones of the sources.</summary>
    public IReadOnlyList<MappingDefinition> UsedBy(IReadOnlyList<Source> sources)
    {
        var builtIn = sources.SelectMany(source => (string?[])[source.MappingOrKind, source.LookUp?.MappingName]).OfType<string>().Distinct().Where(name => !own.ContainsKey(name)).Select(BuiltInMappings.Find);
        return [.. own.Values.Concat(builtIn).OfType<MappingDefinition>().OrderBy(mapping => mapping.Name, StringComparer.Ordinal)];
    }
}
