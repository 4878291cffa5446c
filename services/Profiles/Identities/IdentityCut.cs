using System.Text.Json.Serialization;

namespace Freshet.Profiles.Identities;

/// <summary>An operator's decision that identities are not one person: no profile may hold a member of both sides. It holds against
/// every link, earlier or later, until it is revoked.</summary>
public sealed record IdentityCut
{
    [JsonPropertyName("i")]
    public required Guid Id { get; init; }

    /// <summary>The identities that were parted from the others.</summary>
    [JsonPropertyName("a")]
    public required IReadOnlyList<Guid> Part { get; init; }

    /// <summary>The identities that they were parted from.</summary>
    [JsonPropertyName("b")]
    public required IReadOnlyList<Guid> Rest { get; init; }

    [JsonPropertyName("t")]
    public required DateTimeOffset At { get; init; }

    /// <summary>Who decided it.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }

    [JsonPropertyName("rt")]
    public DateTimeOffset? RevokedAt { get; init; }

    [JsonPropertyName("rb")]
    public string? RevokedBy { get; init; }

    [JsonIgnore]
    public bool IsActive => RevokedAt is null;
}
