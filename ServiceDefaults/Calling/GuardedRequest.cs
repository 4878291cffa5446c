namespace Freshet.ServiceDefaults.Calling;

/// <summary>A call to an address that somebody wrote into a workspace.</summary>
public sealed record GuardedRequest
{
    /// <summary>Whose call it is, like <c>look-up:crm</c>. Calls of one key share a circuit breaker; it is logged, so it holds nothing personal.</summary>
    public required string Circuit { get; init; }

    /// <summary>Absolute; http or https, without a user name. It may hold identities: it is never logged.</summary>
    public required Uri Address { get; init; }

    /// <value>GET.</value>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>Sent as they are. They may hold secrets: they are never logged.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>JSON to send; null: no body.</summary>
    public byte[]? Body { get; init; }

    /// <summary>From the first byte sent to the last byte of the answer. A call that takes longer counts against its circuit.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether the workspace lists the host as one that may have a private address.</summary>
    /// <value>False: an address that is not public is refused, but for this machine's own in Development.</value>
    public bool MayBePrivate { get; init; }
}
