using System.Text.Json;
using System.Text.Json.Serialization;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Formats;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Dictionary;

/// <summary>
/// How <see cref="TraitDefinition"/> and <see cref="Source"/> lie in PostgreSQL: <c>traits.definition</c>, <c>sources.kind</c> and
/// <c>sources.settings</c>. A member that an older release did not write reads as its default.
/// </summary>
public static class DefinitionJson
{
    /// <summary>The value of <c>traits.definition</c>.</summary>
    public static string Write(TraitDefinition trait) => JsonSerializer.Serialize(StoredTrait.Of(trait), DefinitionContext.Default.StoredTrait);

    /// <exception cref="JsonException">The text is no definition of a trait that this release knows.</exception>
    public static TraitDefinition ReadTrait(string definition) => Required(JsonSerializer.Deserialize(definition, DefinitionContext.Default.StoredTrait)).ToTrait();

    /// <summary>The value of <c>sources.settings</c>: what has no column of its own.</summary>
    public static string WriteSettings(Source source) => JsonSerializer.Serialize(StoredSource.Of(source), DefinitionContext.Default.StoredSource);

    /// <summary>Puts a row of <c>sources</c> together.</summary>
    /// <exception cref="JsonException">The kind or the settings are none that this release knows.</exception>
    public static Source ReadSource(string id, string kind, string name, bool isEnabled, string settings)
    {
        var known = DefinitionWords.Find<SourceKind>(kind) ?? throw new JsonException($"Source kind '{kind}' is unknown to this release.");
        return Required(JsonSerializer.Deserialize(settings, DefinitionContext.Default.StoredSource)).ToSource(id, known, name, isEnabled);
    }

    /// <summary>The value of <c>http_enrichments.definition</c>.</summary>
    public static string Write(HttpEnrichment enrichment) => JsonSerializer.Serialize(StoredHttpEnrichment.Of(enrichment), DefinitionContext.Default.StoredHttpEnrichment);

    /// <exception cref="JsonException">The text is no enrichment that this release knows.</exception>
    public static HttpEnrichment ReadHttpEnrichment(string name, string definition) =>
        Required(JsonSerializer.Deserialize(definition, DefinitionContext.Default.StoredHttpEnrichment)).ToEnrichment(name);

    private static T Required<T>(T? stored)
        where T : class => stored ?? throw new JsonException("A stored definition is null.");
}

// The stored forms have setters instead of init: for an init member that the JSON lacks, source-generated code writes null over the default.

internal sealed class StoredTrait
{
    [JsonRequired]
    public string Name { get; set; } = "";

    [JsonRequired]
    public TraitType Type { get; set; }

    public string? Description { get; set; }

    public bool IsPersonal { get; set; }

    public TraitPolicy Policy { get; set; }

    public IReadOnlyList<string> SourcePriority { get; set; } = [];

    public TimeSpan? MaxAge { get; set; }

    public string? Default { get; set; }

    public Computation? Computed { get; set; }

    public TextFormat? Format { get; set; }

    public IReadOnlyList<string>? Values { get; set; }

    public string? Minimum { get; set; }

    public string? Maximum { get; set; }

    public int? MaxLength { get; set; }

    public string? Pattern { get; set; }

    public MissingPolicy? Missing { get; set; }

    public string? RefreshFrom { get; set; }

    public static StoredTrait Of(TraitDefinition trait) => new()
    {
        Name = trait.Name,
        Type = trait.Type,
        Description = trait.Description,
        IsPersonal = trait.IsPersonal,
        Policy = trait.Policy,
        SourcePriority = trait.SourcePriority,
        MaxAge = trait.MaxAge,
        Default = trait.Default,
        Computed = trait.Computed,
        Format = trait.Format,
        Values = trait.Values.Count == 0 ? null : trait.Values,
        Minimum = trait.Minimum,
        Maximum = trait.Maximum,
        MaxLength = trait.MaxLength,
        Pattern = trait.Pattern,
        Missing = trait.Missing == MissingPolicy.Default ? null : trait.Missing,
        RefreshFrom = trait.RefreshFrom,
    };

    public TraitDefinition ToTrait() => new()
    {
        Name = Name,
        Type = Type,
        Description = Description,
        IsPersonal = IsPersonal,
        Policy = Policy,
        SourcePriority = SourcePriority,
        MaxAge = MaxAge,
        Default = Default,
        Computed = Computed,
        Format = Format,
        Values = Values ?? [],
        Minimum = Minimum,
        Maximum = Maximum,
        MaxLength = MaxLength,
        Pattern = Pattern,
        Missing = Missing ?? MissingPolicy.Default,
        RefreshFrom = RefreshFrom,
    };
}

internal sealed class StoredSource
{
    private static readonly Source Defaults = new() { Id = "", Kind = SourceKind.StandardWebhooks, Name = "" };

    public IReadOnlyList<string> SecretNames { get; set; } = [];

    public IReadOnlyList<string> Events { get; set; } = [];

    public IReadOnlyDictionary<string, string> TraitPaths { get; set; } = Defaults.TraitPaths;

    public IReadOnlyDictionary<string, string> IdentityPaths { get; set; } = Defaults.IdentityPaths;

    public string? MappingName { get; set; }

    public string? PublicUrl { get; set; }

    public string? KeyHeader { get; set; }

    public string? BasicUser { get; set; }

    public string? OrganizationId { get; set; }

    public IReadOnlyList<string>? TopicArns { get; set; }

    public string? VerifyTokenName { get; set; }

    public StoredHmac? Hmac { get; set; }

    public string? MeasurementId { get; set; }

    public string? DefaultCountry { get; set; }

    public StoredLookUp? LookUp { get; set; }

    public bool? ThirdParty { get; set; }

    public int MaxBodyBytes { get; set; } = Defaults.MaxBodyBytes;

    public int EventsPerSecond { get; set; } = Defaults.EventsPerSecond;

    public static StoredSource Of(Source source) => new()
    {
        SecretNames = source.SecretNames,
        Events = source.Events,
        TraitPaths = source.TraitPaths,
        IdentityPaths = source.IdentityPaths,
        MappingName = source.MappingName,
        PublicUrl = source.PublicUrl,
        KeyHeader = source.KeyHeader,
        BasicUser = source.BasicUser,
        OrganizationId = source.OrganizationId,
        TopicArns = source.TopicArns.Count == 0 ? null : source.TopicArns,
        VerifyTokenName = source.VerifyTokenName,
        MeasurementId = source.MeasurementId,
        Hmac = source.Hmac is { } hmac ? StoredHmac.Of(hmac) : null,
        DefaultCountry = source.DefaultCountry,
        LookUp = source.LookUp is { } lookUp ? StoredLookUp.Of(lookUp) : null,
        ThirdParty = source.IsThirdParty ? true : null,
        MaxBodyBytes = source.MaxBodyBytes,
        EventsPerSecond = source.EventsPerSecond,
    };

    public Source ToSource(string id, SourceKind kind, string name, bool isEnabled) => new()
    {
        Id = id,
        Kind = kind,
        Name = name,
        IsEnabled = isEnabled,
        SecretNames = SecretNames,
        Events = Events,
        TraitPaths = TraitPaths,
        IdentityPaths = IdentityPaths,
        MappingName = MappingName,
        PublicUrl = PublicUrl,
        KeyHeader = KeyHeader,
        BasicUser = BasicUser,
        OrganizationId = OrganizationId,
        MeasurementId = MeasurementId,
        TopicArns = TopicArns ?? [],
        VerifyTokenName = VerifyTokenName,
        Hmac = Hmac?.ToSettings(),
        DefaultCountry = DefaultCountry,
        LookUp = LookUp?.ToSettings(),
        IsThirdParty = ThirdParty ?? false,
        MaxBodyBytes = MaxBodyBytes,
        EventsPerSecond = EventsPerSecond,
    };
}

internal sealed class StoredHmac
{
    private static readonly HmacSettings Defaults = new() { Header = "" };

    [JsonRequired]
    public string Header { get; set; } = "";

    public string Prefix { get; set; } = Defaults.Prefix;

    public MacAlgorithm Algorithm { get; set; }

    public MacEncoding Encoding { get; set; }

    public string Signed { get; set; } = Defaults.Signed;

    public string? TimestampHeader { get; set; }

    public TimeSpan Tolerance { get; set; } = Defaults.Tolerance;

    public string? IdHeader { get; set; }

    public string? IdPath { get; set; }

    public static StoredHmac Of(HmacSettings hmac) => new()
    {
        Header = hmac.Header,
        Prefix = hmac.Prefix,
        Algorithm = hmac.Algorithm,
        Encoding = hmac.Encoding,
        Signed = hmac.Signed,
        TimestampHeader = hmac.TimestampHeader,
        Tolerance = hmac.Tolerance,
        IdHeader = hmac.IdHeader,
        IdPath = hmac.IdPath,
    };

    public HmacSettings ToSettings() => new()
    {
        Header = Header,
        Prefix = Prefix,
        Algorithm = Algorithm,
        Encoding = Encoding,
        Signed = Signed,
        TimestampHeader = TimestampHeader,
        Tolerance = Tolerance,
        IdHeader = IdHeader,
        IdPath = IdPath,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(WordConverter<TraitType>), typeof(WordConverter<TraitPolicy>), typeof(WordConverter<Aggregate>),
        typeof(WordConverter<TextFormat>), typeof(WordConverter<MissingPolicy>),
        typeof(WordConverter<MacAlgorithm>), typeof(WordConverter<MacEncoding>), typeof(WordConverter<LookUpMethod>)])]
[JsonSerializable(typeof(StoredTrait))]
[JsonSerializable(typeof(StoredSource))]
[JsonSerializable(typeof(StoredHttpEnrichment))]
internal sealed partial class DefinitionContext : JsonSerializerContext;
