using Freshet.Profiles.Mapping;

namespace Freshet.Profiles.LookUps;

/// <summary>How a source is asked for what it knows of a person now.</summary>
public sealed record LookUpSettings
{
    /// <summary>The address, with the namespaces of identities, or traits, in braces: <c>https://crm.example.com/contacts/{email}</c>, <c>{trait:company}</c>. See <see cref="LookUpTemplate"/>.</summary>
    public required string Url { get; init; }

    public LookUpMethod Method { get; init; } = LookUpMethod.Get;

    /// <summary>Sent with every call. <c>${crm-token}</c> in a value stands for configuration <c>Parameters:crm-token</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Namespaces of identities, or traits (<c>trait:company</c>), that are sent in the JSON body of a POST, as <c>{"email": "..."}</c>. They do not appear in the logs of the
    /// servers on the way, as those of an address do.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>The mapping that reads the answer.</summary>
    public required string MappingName { get; init; }

    /// <summary>The mapping by that name, ready to read. Not stored with the source.</summary>
    public EventMapping? Mapping { get; init; }

    /// <summary>How long a query waits for the fresh value at most, and less if it has less time left itself.</summary>
    /// <value>200 ms.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Calls per second on average, by each host; a burst of one second's worth is.</summary>
    /// <value>10.</value>
    public int RequestsPerSecond { get; init; } = 10;

    /// <summary>A profile is asked for once in so long, whatever the answer was.</summary>
    /// <value>One minute.</value>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The host of <see cref="Url"/> if it may have an address that is not public.</summary>
    /// <value>Null: it must have a public address, or be this machine in Development.</value>
    public string? PrivateHost { get; init; }
}

/// <summary>How a look-up is called.</summary>
public enum LookUpMethod
{
    Get = 0,
    Post = 1,
}
