using System.Collections.Frozen;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Dictionary;

/// <summary>What this installation knows, at one version. Immutable: a change gives a new one.</summary>
public sealed record Workspace(long Version, TraitDictionary Traits, FrozenDictionary<string, Source> Sources)
{
    /// <summary>Every mapping, with the versions that are kept.</summary>
    public MappingSet Mappings { get; init; } = MappingSet.Empty;

    /// <summary>Tables that say more about events, in the order of their names. Empty in a host that applies no events.</summary>
    public IReadOnlyList<Enrichment> Enrichments { get; init; } = [];

    /// <summary>What is asked about profiles, in the order of their names. Empty in a host that applies no events.</summary>
    public IReadOnlyList<HttpEnrichment> HttpEnrichments { get; init; } = [];

    public static Workspace Empty { get; } = new(0, TraitDictionary.Empty, FrozenDictionary<string, Source>.Empty);
}
