using System.Collections.Frozen;
using System.Text.Json;
using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads the files of <c>enrichments/</c> and the tables that they name.</summary>
/// <param name="workspace">The folder of the workspace.</param>
/// <param name="traits">The dictionary.</param>
/// <param name="http">Reads those that name a source.</param>
/// <param name="errors">Where they are reported.</param>
internal sealed class EnrichmentReader(string workspace, IReadOnlyList<TraitDefinition> traits, HttpEnrichmentReader http, WorkspaceErrors errors)
{
    private const string Folder = "enrichments";
    private const int MostRows = 100_000;
    private const int MostBytes = 10 * 1024 * 1024;
    // Every host that applies events holds all of them.
    private const int MostBytesTogether = 32 * 1024 * 1024;

    private readonly Dictionary<string, TraitDefinition> byName = traits.ToDictionary(trait => trait.Name);
    private readonly List<HttpEnrichment> httpEnrichments = [];
    private long bytesTogether;

    /// <summary>Those of <see cref="Read()"/> that ask a source.</summary>
    public IReadOnlyList<HttpEnrichment> HttpEnrichments => httpEnrichments;

    /// <summary>The tables without errors, in the order of their names.</summary>
    public IReadOnlyList<Enrichment> Read()
    {
        var folder = Path.Combine(workspace, Folder);
        return Directory.Exists(folder) ? [.. WorkspaceReader.YamlFiles(folder, errors).Select(path => Read(new YamlFile(path, errors))).OfType<Enrichment>()] : [];
    }

    private Enrichment? Read(YamlFile file)
    {
        if (file.ReadMap(WorkspaceKeys.Enrichment) is not { } map)
        {
            return null;
        }

        if (map.Has("source"))
        {
            httpEnrichments.AddRange(http.Read(map) is { } enrichment ? [enrichment] : []);
            return null;
        }

        foreach (var other in (string[])["cacheFor", "attempts", "shareAnswers"])
        {
            if (map.Has(other))
            {
                map.Error(other, $"'{other}' is for sources that are asked; add 'source', or remove it");
            }
        }

        var isComplete = map.Require("table", "name a file like tables/postcodes.csv") & map.Require("key", "say what is looked up, like { trait: postcode, column: code }")
            & map.Require("set", "say which column gives which trait, like 'region: region_name'");
        var path = TableOf(map);
        var key = KeyOf(map);
        var set = SetOf(map);
        return isComplete && path is not null && key is { } known && set.Count > 0
            ? TableRows(map, path, known, set) is { } rows
                ? new Enrichment
                {
                    Name = Path.GetFileNameWithoutExtension(file.Path),
                    KeyTrait = known.Trait?.Name,
                    KeyProperty = known.Property,
                    Traits = [.. set.Select(entry => entry.Trait.Name)],
                    Rows = rows,
                }
                : null
            : null;
    }

    private string? TableOf(YamlMap map)
    {
        if (map.Text("table") is not { } name)
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(workspace, name));
        if (!path.StartsWith(Path.GetFullPath(workspace) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
        {
            map.Error("table", $"there is no file '{name}' in the workspace; write its path from the workspace's folder, like tables/postcodes.csv");
            return null;
        }

        var bytes = new FileInfo(path).Length;
        bytesTogether += bytes;
        if (bytes > MostBytes || bytesTogether > MostBytesTogether)
        {
            map.Error("table", bytes > MostBytes
                ? $"'{name}' is larger than {MostBytes / 1024 / 1024} MB; leave out rows and columns that nobody needs"
                : $"with '{name}' the tables together are larger than {MostBytesTogether / 1024 / 1024} MB, which every host holds in memory; leave out rows and columns that nobody needs");
            return null;
        }

        return path;
    }

    private EnrichmentKey? KeyOf(YamlMap map)
    {
        if (map.Map("key", WorkspaceKeys.EnrichmentKey, "{ trait: postcode, column: code }") is not { } key || !key.Require("column", "name the column of the table to look in"))
        {
            return null;
        }

        var (name, property, column) = (key.Text("trait"), key.Text("property"), key.Text("column"));
        if (name is null == property is null)
        {
            map.Error("key", "look up either a trait or a property; write 'trait: postcode' or 'property: shipping.postcode'");
            return null;
        }

        if (property is not null && !Patterns.Path.IsMatch(property))
        {
            key.Error("property", $"'{property}' is no path; write names with dots between, like shipping.postcode");
            return null;
        }

        var trait = name is null ? null : Find(name, key.File, key.Find("trait")!);
        if (trait is not null && !Enrichment.CanBeKey(trait.Type))
        {
            key.Error("trait", $"a table cannot be looked up by '{name}', since its type is '{DefinitionWords.Of(trait.Type)}'; use a trait of type string, integer, boolean or date");
            return null;
        }

        return column is null || (name is not null && trait is null) ? null : new EnrichmentKey(trait, property, column);
    }

    private List<SetColumn> SetOf(YamlMap map)
    {
        var set = new List<SetColumn>();
        foreach (var (name, column, nameNode, _) in map.Pairs("set", "'region: region_name'"))
        {
            if (Find(name, map.File, nameNode) is { } trait)
            {
                set.Add(new SetColumn(trait, column));
            }
        }

        return set;
    }

    private TraitDefinition? Find(string name, YamlFile file, YamlNode node)
    {
        if (!byName.TryGetValue(name, out var trait))
        {
            var cure = Suggestion.Nearest(name, byName.Keys) is { } nearest ? $"did you mean '{nearest}'?" : "add it there first";
            file.Error(node.Start, $"there is no trait '{name}' in traits.yaml; {cure}");
            return null;
        }

        if (trait.Computed is not null)
        {
            file.Error(node.Start, $"'{name}' is a computed trait, which no event brings; use an observed one");
            return null;
        }

        return trait;
    }

    private FrozenDictionary<string, JsonElement[]>? TableRows(YamlMap map, string path, EnrichmentKey key, List<SetColumn> set)
    {
        if (CsvText.Read(path, errors) is not { } text)
        {
            return null;
        }

        try
        {
            using var reader = new StringReader(text);
            using var rows = CsvTable.Read(reader).GetEnumerator();
            if (!rows.MoveNext())
            {
                errors.Add(path, 1, 1, "the table is empty; its first line names the columns");
                return null;
            }

            var columns = ColumnsOf(map, path, rows.Current.Cells, [key.Column, .. set.Select(entry => entry.Column)]);
            return columns is null ? null : new TableContent(path, errors, key, set, columns).Read(rows, MostRows);
        }
        catch (FormatException failure)
        {
            errors.Add(path, 1, 1, failure.Message);
            return null;
        }
    }

    private int[]? ColumnsOf(YamlMap map, string path, IReadOnlyList<string> header, IReadOnlyList<string> wanted)
    {
        string[] names = [.. header.Select(name => name.Trim())];
        var missing = wanted.FirstOrDefault(name => !names.Contains(name));
        if (missing is not null)
        {
            map.Error("table", $"the first line of {Path.GetFileName(path)} names no column '{missing}'; it has: {string.Join(", ", names)}");
            return null;
        }

        var doubled = wanted.FirstOrDefault(name => Array.IndexOf(names, name) != Array.LastIndexOf(names, name));
        if (doubled is not null)
        {
            errors.Add(path, 1, 1, $"two columns are named '{doubled}', so it is not clear which one is meant; rename one of them");
            return null;
        }

        return [.. wanted.Select(name => Array.IndexOf(names, name))];
    }
}
