using System.Text.Json.Serialization;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Identities;

/// <summary>An identity that events have named.</summary>
/// <param name="Id">Blind index of namespace and value.</param>
/// <param name="Namespace">See <see cref="IdentityNamespaces"/>.</param>
/// <param name="Value">Canonical value. Personal.</param>
/// <param name="First">The earliest event that named it.</param>
/// <param name="LastSeenAt">The time of the latest event that named it.</param>
public sealed record KnownIdentity(
    [property: JsonPropertyName("i")] Guid Id,
    [property: JsonPropertyName("n")] string Namespace,
    [property: JsonPropertyName("v")] string Value,
    [property: JsonPropertyName("f")] Stamp First,
    [property: JsonPropertyName("l")] DateTimeOffset LastSeenAt)
{
    /// <summary>What two observations of the same identity come to.</summary>
    public KnownIdentity Combine(KnownIdentity other) => this with
    {
        First = Stamp.Earlier(First, other.First),
        LastSeenAt = LastSeenAt >= other.LastSeenAt ? LastSeenAt : other.LastSeenAt,
    };
}
