using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Workspaces;

/// <summary>What a folder of workspace files says.</summary>
/// <param name="Traits">In the order of the file.</param>
/// <param name="Sources">In the order of their ids.</param>
public sealed record WorkspaceDefinition(IReadOnlyList<TraitDefinition> Traits, IReadOnlyList<Source> Sources)
{
    /// <summary>Those of the folder, and the built-in ones that its sources use; in the order of their names.</summary>
    public IReadOnlyList<MappingDefinition> Mappings { get; init; } = [];

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<Enrichment> Enrichments { get; init; } = [];

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<HttpEnrichment> HttpEnrichments { get; init; } = [];
}

/// <summary>The definition, or every error that keeps it from being one.</summary>
/// <param name="Definition">Null if there are errors.</param>
/// <param name="Errors">In the order of files and places.</param>
public sealed record WorkspaceReading(WorkspaceDefinition? Definition, IReadOnlyList<WorkspaceError> Errors);
