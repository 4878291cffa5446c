using System.Collections.Frozen;

namespace Freshet.Profiles.Dictionary;

/// <summary>The data dictionary at one version: every trait that this installation knows.</summary>
public sealed class TraitDictionary
{
    private readonly FrozenDictionary<string, TraitDefinition> byName;

    public TraitDictionary(long version, IReadOnlyList<TraitDefinition> traits)
    {
        Version = version;
        Traits = traits;
        byName = traits.ToFrozenDictionary(trait => trait.Name);
        Computed = traits.Where(trait => trait.Computed is not null)
            .GroupBy(trait => trait.Computed!.EventType)
            .ToFrozenDictionary(group => group.Key, group => (IReadOnlyList<TraitDefinition>)[.. group]);
    }

    public static TraitDictionary Empty { get; } = new(0, []);

    /// <summary>The workspace version it was loaded at.</summary>
    public long Version { get; }

    /// <summary>In the order of the workspace file.</summary>
    public IReadOnlyList<TraitDefinition> Traits { get; }

    /// <summary>Computed traits by the event type that they read.</summary>
    public FrozenDictionary<string, IReadOnlyList<TraitDefinition>> Computed { get; }

    public TraitDefinition? Find(string name) => byName.GetValueOrDefault(name);
}
