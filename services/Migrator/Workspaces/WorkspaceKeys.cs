namespace Freshet.Migrator.Workspaces;

/// <summary>The keys of workspace files. The published JSON Schemas list the same ones; a test compares them.</summary>
internal static class WorkspaceKeys
{
    public static IReadOnlyList<string> TraitsFile { get; } = ["traits"];

    public static IReadOnlyList<string> Trait { get; } =
        [
        "name", "type", "description", "personal", "policy", "sourcePriority", "maxAge", "default", "computed", "format", "values", "minimum", "maximum",
        "maxLength", "pattern", "missing", "refreshFrom",
    ];

    public static IReadOnlyList<string> Computed { get; } = ["aggregate", "event", "property", "window"];

    public static IReadOnlyList<string> Source { get; } =
    [
        "name", "kind", "enabled", "secrets", "events", "traits", "identities", "mapping", "publicUrl", "keyHeader", "basicUser", "organizationId",
        "topicArns", "verifyToken", "measurementId", "hmac", "defaultCountry", "lookup", "thirdParty", "maxBodyBytes", "eventsPerSecond",
    ];

    public static IReadOnlyList<string> LookUp { get; } =
        ["url", "method", "headers", "identities", "mapping", "timeout", "requestsPerSecond", "minInterval", "privateHost"];

    public static IReadOnlyList<string> Enrichment { get; } = ["table", "key", "set", "source", "cacheFor", "attempts", "shareAnswers"];

    public static IReadOnlyList<string> EnrichmentKey { get; } = ["trait", "property", "column"];

    public static IReadOnlyList<string> Hmac { get; } =
        ["header", "prefix", "algorithm", "encoding", "signed", "timestampHeader", "tolerance", "idHeader", "idPath"];
}
