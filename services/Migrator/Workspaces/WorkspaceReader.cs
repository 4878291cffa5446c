using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads a folder of workspace files and judges all of it, so that a person sees every error at once.</summary>
public static class WorkspaceReader
{
    private const string TraitsFile = "traits.yaml";
    private const string SourcesFolder = "sources";

    /// <summary>Reads the folder, and requires the parameters that its sources name.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="parameter">The value of a parameter, null if nobody set it.</param>
    public static WorkspaceReading Read(string folder, Func<string, string?> parameter) => Read(folder, new SecretReader(parameter, isRequired: true));

    /// <summary>Reads the folder; a parameter that is not set here goes to <paramref name="notChecked"/>.</summary>
    public static WorkspaceReading ReadFiles(string folder, Func<string, string?> parameter, out IReadOnlyCollection<string> notChecked)
    {
        var secrets = new SecretReader(parameter, isRequired: false);
        notChecked = secrets.NotChecked;
        return Read(folder, secrets);
    }

    private static WorkspaceReading Read(string folder, SecretReader secrets)
    {
        var errors = new WorkspaceErrors();
        if (!Directory.Exists(folder))
        {
            errors.Add(folder, 1, 1, "the workspace folder does not exist; set Workspace:Path (environment variable Workspace__Path) to a folder with traits.yaml and sources/");
            return new WorkspaceReading(null, errors.InOrder);
        }

        var files = SourceFiles(folder, errors);
        var traits = ReadTraits(folder, files, errors);
        var mappings = new MappingFiles(folder, errors);
        var reader = new SourceReader(traits, secrets, mappings);
        var sources = files.Select(path => reader.Read(new YamlFile(path, errors))).OfType<Source>().ToList();
        foreach (var trait in (traits?.Traits ?? []).Where(trait => trait.Computed is null))
        {
            CheckRefresh(trait, sources, folder, errors);
        }

        var http = new HttpEnrichmentReader(traits?.Traits ?? [], sources, [.. files.Select(file => SourceReader.IdOf(file).Id)]);
        var enriching = new EnrichmentReader(folder, traits?.Traits ?? [], http, errors);
        var enrichments = traits is null ? [] : enriching.Read();

        return errors.InOrder is { Count: > 0 } found
            ? new WorkspaceReading(null, found)
            : new WorkspaceReading(new WorkspaceDefinition(traits!.Traits, sources) { Mappings = mappings.UsedBy(sources), Enrichments = enrichments, HttpEnrichments = enriching.HttpEnrichments }, []);
    }

    // Traits and sources name each other, so this comes last; an unknown source was reported before.
    private static void CheckRefresh(TraitDefinition trait, List<Source> sources, string folder, WorkspaceErrors errors)
    {
        if (sources.Find(source => source.Id == trait.RefreshFrom) is { LookUp: null } source)
        {
            errors.Add(
                Path.Combine(folder, SourcesFolder, $"{source.Id}.yaml"), 1, 1,
                $"trait '{trait.Name}' is refreshed from here, but nothing says how to ask; add 'lookup', or remove its 'refreshFrom' in {TraitsFile}");
        }
    }

    private static ReadTraits? ReadTraits(string folder, IReadOnlyList<string> sourceFiles, WorkspaceErrors errors)
    {
        var path = Path.Combine(folder, TraitsFile);
        if (File.Exists(path))
        {
            return TraitReader.Read(new YamlFile(path, errors), [.. sourceFiles.Select(file => SourceReader.IdOf(file).Id)]);
        }

        errors.Add(path, 1, 1, "the file is missing; create it with the traits that a profile has, beginning with 'traits:'");
        return null;
    }

    private static IReadOnlyList<string> SourceFiles(string folder, WorkspaceErrors errors)
    {
        var path = Path.Combine(folder, SourcesFolder);
        if (!Directory.Exists(path))
        {
            errors.Add(path, 1, 1, "the folder is missing; create it with one file per source, like sources/demo.yaml");
            return [];
        }

        return YamlFiles(path, errors);
    }

    /// <summary>The files of a folder, in the order of their names.</summary>
    internal static IReadOnlyList<string> YamlFiles(string path, WorkspaceErrors errors)
    {
        foreach (var other in Directory.GetFiles(path, "*.yml"))
        {
            errors.Add(other, 1, 1, "files that end in .yml are not read; rename it to end in .yaml");
        }

        return [.. Directory.GetFiles(path, "*.yaml").Order(StringComparer.Ordinal)];
    }
}
