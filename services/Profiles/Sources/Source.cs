using Freshet.Profiles.Dictionary;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Mapping;

namespace Freshet.Profiles.Sources;

/// <summary>A system that sends us events.</summary>
public sealed record Source
{
    /// <summary>Lower-case letters, digits and hyphens; part of the webhook's address.</summary>
    public required string Id { get; init; }

    public required SourceKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>A disabled source is answered 410, which tells senders to stop.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>References to secrets, never values: <c>demo-webhook-secret</c> is read from configuration <c>Parameters:demo-webhook-secret</c>.
    /// Several are active at a time while one is being rotated.</summary>
    public IReadOnlyList<string> SecretNames { get; init; } = [];

    /// <summary>Only these event types are kept; others are counted as filtered. Empty: all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Trait name to dotted path into the body, for values that are not under the trait's own name.</summary>
    public IReadOnlyDictionary<string, string> TraitPaths { get; init; } = new Dictionary<string, string>();

    /// <summary>Identity namespace to dotted path into the body, for identities under unusual names.</summary>
    public IReadOnlyDictionary<string, string> IdentityPaths { get; init; } = new Dictionary<string, string>();

    /// <summary>The mapping that reads its events; null: the one of its kind.</summary>
    public string? MappingName { get; init; }

    /// <summary>The address that the sender was given, without a query: HubSpot signs it, and behind a proxy it is not the one that Ingress sees.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The header in which a sender that cannot sign brings its key; null: none (<c>docs/senders.md</c> says where else it may be).</summary>
    public string? KeyHeader { get; init; }

    /// <summary>The user name of HTTP Basic authentication, for senders that cannot sign.</summary>
    /// <value>Null: the source's id.</value>
    public string? BasicUser { get; init; }

    /// <summary>The Salesforce organization whose messages are taken: 15 or 18 characters.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The Amazon SNS topics that may send. Amazon signs for every topic of every customer, so without them a signature proves nothing.</summary>
    public IReadOnlyList<string> TopicArns { get; init; } = [];

    /// <summary>Reference to the token that Meta brings when it asks whether the address is ours. Not one of <see cref="SecretNames"/>: it travels in
    /// an address.</summary>
    public string? VerifyTokenName { get; init; }

    /// <summary>How a sender of kind <see cref="SourceKind.Hmac"/> signs.</summary>
    public HmacSettings? Hmac { get; init; }

    /// <summary>The measurement id or Firebase app id whose events a source of kind <see cref="SourceKind.Ga4"/> takes.</summary>
    public string? MeasurementId { get; init; }

    /// <summary>ISO 3166-1 alpha-2: the country of telephone numbers that are sent without one, in events that name no country either. Null: such
    /// numbers are refused.</summary>
    public string? DefaultCountry { get; init; }

    /// <summary>How it is asked for what it knows now; null: it only sends.</summary>
    public LookUpSettings? LookUp { get; init; }

    /// <summary>Whether what it knows of people is not from them: a provider of bought or collected data. Readers see it on each trait that it set.</summary>
    public bool IsThirdParty { get; init; }

    /// <summary>The name of the mapping that reads its events, if there is one by that name.</summary>
    public string MappingOrKind => MappingName ?? DefinitionWords.Of(Kind);

    /// <summary>The mapping by that name, ready to read; null: the format of its events says how they are read. Not stored with the source.</summary>
    public EventMapping? Mapping { get; init; }

    /// <summary>Largest request body.</summary>
    /// <value>1 MiB for webhooks; the tracking protocol has limits of its own.</value>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Events per second that are accepted on average; a burst of ten seconds' worth is.</summary>
    public int EventsPerSecond { get; init; } = 10_000;
}
