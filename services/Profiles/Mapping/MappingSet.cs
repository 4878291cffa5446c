using System.Collections.Frozen;
using System.Globalization;

namespace Freshet.Profiles.Mapping;

/// <summary>A stored version.</summary>
/// <param name="Definition">What it says.</param>
/// <param name="Version">From 1, by name.</param>
/// <param name="IsActive">Whether new events are read by it.</param>
public sealed record StoredMapping(MappingDefinition Definition, int Version, bool IsActive);

/// <summary>The mappings of a workspace: of each name the active version, and the former ones that are kept. A former one is compiled when it is asked for.</summary>
public sealed class MappingSet
{
    private readonly FrozenDictionary<string, CompiledMapping> active;
    private readonly FrozenDictionary<string, Lazy<CompiledMapping>> byVersion;

    /// <exception cref="FormatException">An active mapping does not compile: it was stored by another release.</exception>
    public MappingSet(IEnumerable<StoredMapping> stored)
    {
        var all = stored.ToList();
        byVersion = all.ToFrozenDictionary(one => Key(one.Definition.Name, one.Version), one => new Lazy<CompiledMapping>(() => Compile(one)));
        active = all.Where(one => one.IsActive).ToFrozenDictionary(one => one.Definition.Name, one => byVersion[Key(one.Definition.Name, one.Version)].Value);
    }

    public static MappingSet Empty { get; } = new([]);

    /// <summary>The active mapping of that name as a source uses it.</summary>
    public EventMapping? For(string name) => active.TryGetValue(name, out var mapping) ? new EventMapping(mapping, this) : null;

    /// <param name="key"><c>name@version</c>.</param>
    public CompiledMapping? Find(string key) => byVersion.TryGetValue(key, out var mapping) ? mapping.Value : null;

    /// <summary>How a version is named in a header and to people: <c>shopify@3</c>.</summary>
    public static string Key(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"{name}@{version}");

    private static CompiledMapping Compile(StoredMapping stored) =>
        MappingCompiler.Compile(stored.Definition, stored.Version, areScriptsChecked: false, out var errors)
        ?? throw new FormatException($"Mapping '{stored.Definition.Name}' version {stored.Version} is not understood by this release: {errors[0]}");
}
