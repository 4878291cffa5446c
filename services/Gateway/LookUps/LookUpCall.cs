using System.Text.Json;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sources;
using Freshet.ServiceDefaults.Calling;

namespace Freshet.Gateway.LookUps;

/// <summary>A look-up with everything filled in.</summary>
/// <param name="Request">What to send.</param>
/// <param name="Asked">By which identities.</param>
public sealed record LookUpCall(GuardedRequest Request, IReadOnlyDictionary<string, string> Asked)
{
    /// <summary>The call that asks a source about a profile. Null: the profile lacks an identity that it needs.</summary>
    /// <param name="source">With a look-up.</param>
    /// <param name="identities">Of the profile.</param>
    /// <param name="parameters">Values of what its headers name.</param>
    /// <param name="longest">When to give up the call itself, whoever still waits for it.</param>
    public static LookUpCall? Of(Source source, IReadOnlyList<IdentityView> identities, IReadOnlyDictionary<string, string> parameters, TimeSpan longest)
    {
        var lookUp = source.LookUp!;
        var asked = new Dictionary<string, string>();
        foreach (var name in LookUpTemplate.NamespacesIn(lookUp.Url).Concat(lookUp.Identities))
        {
            // Of several addresses the one that was in use last.
            if (identities.Where(identity => identity.Namespace == name).MaxBy(identity => identity.LastSeenAt) is not { } identity)
            {
                return null;
            }

            asked[name] = identity.Value;
        }

        return LookUpTemplate.FillUrl(lookUp.Url, asked) is not { } address ? null : new LookUpCall(
            new GuardedRequest
            {
                Circuit = $"look-up:{source.Id}",
                Address = address,
                Method = lookUp.Method == LookUpMethod.Post ? HttpMethod.Post : HttpMethod.Get,
                Headers = [.. lookUp.Headers.Select(header => KeyValuePair.Create(header.Key, LookUpTemplate.FillHeader(header.Value, parameters)))],
                Body = lookUp.Method == LookUpMethod.Post ? JsonSerializer.SerializeToUtf8Bytes(lookUp.Identities.ToDictionary(name => name, name => asked[name])) : null,
                Timeout = longest,
                MayBePrivate = string.Equals(lookUp.PrivateHost, address.Host, StringComparison.OrdinalIgnoreCase),
            },
            asked);
    }
}
