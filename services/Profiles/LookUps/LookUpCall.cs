using System.Text.Json;

namespace Freshet.Profiles.LookUps;

/// <summary>A look-up with everything filled in. Who sends it adds its circuit and how long it may take.</summary>
public sealed record LookUpCall
{
    public required Uri Address { get; init; }

    public required HttpMethod Method { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>JSON; null for a GET.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether the workspace lists the host as one that may have a private address.</summary>
    public bool MayBePrivate { get; init; }

    /// <summary>The call that asks by a key. Null: a value of it would lead to another place of the address.</summary>
    /// <param name="lookUp">How the source is asked.</param>
    /// <param name="key">By what.</param>
    /// <param name="parameters">Values of what its headers name.</param>
    public static LookUpCall? Of(LookUpSettings lookUp, LookUpKey key, IReadOnlyDictionary<string, string> parameters) =>
        LookUpTemplate.FillUrl(lookUp.Url, key.Values) is not { } address ? null : new LookUpCall
        {
            Address = address,
            Method = lookUp.Method == LookUpMethod.Post ? HttpMethod.Post : HttpMethod.Get,
            Headers = [.. lookUp.Headers.Select(header => KeyValuePair.Create(header.Key, LookUpTemplate.FillHeader(header.Value, parameters)))],
            Body = lookUp.Method == LookUpMethod.Post
                ? JsonSerializer.SerializeToUtf8Bytes(lookUp.Identities.ToDictionary(name => LookUpKey.TraitOf(name) ?? name, name => key.Values[name]))
                : null,
            MayBePrivate = string.Equals(lookUp.PrivateHost, address.Host, StringComparison.OrdinalIgnoreCase),
        };
}
