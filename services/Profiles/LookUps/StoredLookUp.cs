using System.Text.Json.Serialization;

namespace Freshet.Profiles.LookUps;

/// <summary>How <see cref="LookUpSettings"/> lie in <c>sources.settings</c>. Setters, as in <see cref="Dictionary.DefinitionJson"/>.</summary>
internal sealed class StoredLookUp
{
    private static readonly LookUpSettings Defaults = new() { Url = "", MappingName = "" };

    [JsonRequired]
    public string Url { get; set; } = "";

    public LookUpMethod Method { get; set; }

    public IReadOnlyDictionary<string, string> Headers { get; set; } = Defaults.Headers;

    public IReadOnlyList<string> Identities { get; set; } = [];

    [JsonRequired]
    public string MappingName { get; set; } = "";

    public TimeSpan Timeout { get; set; } = Defaults.Timeout;

    public int RequestsPerSecond { get; set; } = Defaults.RequestsPerSecond;

    public TimeSpan MinInterval { get; set; } = Defaults.MinInterval;

    public string? PrivateHost { get; set; }

    public static StoredLookUp Of(LookUpSettings lookUp) => new()
    {
        Url = lookUp.Url,
        Method = lookUp.Method,
        Headers = lookUp.Headers,
        Identities = lookUp.Identities,
        MappingName = lookUp.MappingName,
        Timeout = lookUp.Timeout,
        RequestsPerSecond = lookUp.RequestsPerSecond,
        MinInterval = lookUp.MinInterval,
        PrivateHost = lookUp.PrivateHost,
    };

    public LookUpSettings ToSettings() => new()
    {
        Url = Url,
        Method = Method,
        Headers = Headers,
        Identities = Identities,
        MappingName = MappingName,
        Timeout = Timeout,
        RequestsPerSecond = RequestsPerSecond,
        MinInterval = MinInterval,
        PrivateHost = PrivateHost,
    };
}
