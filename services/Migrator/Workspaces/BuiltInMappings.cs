using System.Collections.Frozen;
using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Mapping;

namespace Freshet.Migrator.Workspaces;

/// <summary>The mappings of this build, by the kind of sender: the files in <c>Mappings/</c>.</summary>
internal static class BuiltInMappings
{
    private const string Folder = "Mappings/";

    private static readonly FrozenDictionary<string, Lazy<MappingDefinition>> ByName = typeof(BuiltInMappings).Assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(resource => Path.GetFileNameWithoutExtension(resource), resource => new Lazy<MappingDefinition>(() => Read(resource)));

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Null if this build has none of that name.</summary>
    public static MappingDefinition? Find(string name) => ByName.TryGetValue(name, out var mapping) ? mapping.Value : null;

    private static MappingDefinition Read(string resource)
    {
        using var reader = new StreamReader(typeof(BuiltInMappings).Assembly.GetManifestResourceStream(resource)!);
        var errors = new WorkspaceErrors();
        var mapping = MappingReader.Read(new YamlFile(resource, errors, reader.ReadToEnd()));
        return errors.InOrder.Count == 0 ? mapping! : throw new InvalidOperationException($"A built-in mapping has an error: {errors.InOrder[0]}");
    }
}
