using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads a file of <c>enrichments/</c> that names a source to be asked.</summary>
/// <param name="traits">The dictionary.</param>
/// <param name="sources">Those without errors.</param>
/// <param name="sourceIds">Those with errors too, which were reported.</param>
internal sealed class HttpEnrichmentReader(IReadOnlyList<TraitDefinition> traits, IReadOnlyList<Source> sources, IReadOnlyList<string> sourceIds)
{
    private const int MostAttempts = 50;

    /// <summary>Null if it could not be read; the reasons are reported.</summary>
    public HttpEnrichment? Read(YamlMap map)
    {
        foreach (var key in (string[])["table", "key", "set"])
        {
            if (map.Has(key))
            {
                map.Error(key, $"'{key}' is for tables, and 'source' is asked by its own 'lookup'; remove one of the two, or make two files");
            }
        }

        if (map.Text("source") is not { } id)
        {
            return null;
        }

        var defaults = new HttpEnrichment { Name = Path.GetFileNameWithoutExtension(map.File.Path), SourceId = id };
        var enrichment = defaults with
        {
            CacheFor = Durations.Read(map, "cacheFor", "30d") ?? defaults.CacheFor,
            Attempts = map.Integer("attempts", 1, MostAttempts) ?? defaults.Attempts,
            SharesAnswers = map.Flag("shareAnswers") ?? false,
        };
        Check(map, enrichment);
        return enrichment;
    }

    private void Check(YamlMap map, HttpEnrichment enrichment)
    {
        if (!sourceIds.Contains(enrichment.SourceId))
        {
            var cure = Suggestion.Nearest(enrichment.SourceId, sourceIds) is { } nearest ? $"did you mean '{nearest}'?" : $"add sources/{enrichment.SourceId}.yaml";
            map.Error("source", $"there is no source '{enrichment.SourceId}'; {cure}");
        }
        else if (sources.FirstOrDefault(source => source.Id == enrichment.SourceId) is { } source)
        {
            if (source.LookUp is not { } lookUp)
            {
                map.Error("source", $"nothing says how '{source.Id}' is asked; add 'lookup' to sources/{source.Id}.yaml");
            }
            else if (enrichment.SharesAnswers && LookUpKey.PlacesOf(lookUp).FirstOrDefault(IsPersonal) is { } place)
            {
                map.Error("shareAnswers", $"answers cannot be shared, since '{place}', by which '{source.Id}' is asked, is personal; remove 'shareAnswers', or ask only by traits that are not");
            }
        }
    }

    // Identities always are.
    private bool IsPersonal(string place) => LookUpKey.TraitOf(place) is not { } name || traits.FirstOrDefault(trait => trait.Name == name) is { IsPersonal: true };
}
