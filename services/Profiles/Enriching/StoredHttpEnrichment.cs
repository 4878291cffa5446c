using System.Text.Json.Serialization;

namespace Freshet.Profiles.Enriching;

/// <summary>How <see cref="HttpEnrichment"/> lies in <c>http_enrichments.definition</c>. Setters, as in <see cref="Dictionary.DefinitionJson"/>.</summary>
internal sealed class StoredHttpEnrichment
{
    private static readonly HttpEnrichment Defaults = new() { Name = "", SourceId = "" };

    [JsonRequired]
    public string SourceId { get; set; } = "";

    public TimeSpan CacheFor { get; set; } = Defaults.CacheFor;

    public int Attempts { get; set; } = Defaults.Attempts;

    public bool SharesAnswers { get; set; }

    public static StoredHttpEnrichment Of(HttpEnrichment enrichment) => new()
    {
        SourceId = enrichment.SourceId,
        CacheFor = enrichment.CacheFor,
        Attempts = enrichment.Attempts,
        SharesAnswers = enrichment.SharesAnswers,
    };

    public HttpEnrichment ToEnrichment(string name) => new() { Name = name, SourceId = SourceId, CacheFor = CacheFor, Attempts = Attempts, SharesAnswers = SharesAnswers };
}
