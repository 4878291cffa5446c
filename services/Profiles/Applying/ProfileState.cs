using System.Text.Json.Serialization;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Applying;

/// <summary>Everything that is known of one profile. An immutable value: applying events and unmerging make new ones.
/// Stored sealed, because it holds identities and personal traits.</summary>
public sealed record ProfileState
{
    [JsonPropertyName("id")]
    public required Guid ProfileId { get; init; }

    /// <summary>Grows by one with each transaction that changes the profile. 0: not stored yet.</summary>
    [JsonPropertyName("n")]
    public long Version { get; init; }

    [JsonPropertyName("c")]
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonPropertyName("u")]
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The profile that took over all its identities. Such a state holds nothing else.</summary>
    [JsonPropertyName("m")]
    public Guid? MergedInto { get; init; }

    /// <summary>By id.</summary>
    [JsonPropertyName("i")]
    public IReadOnlyList<KnownIdentity> Identities { get; init; } = [];

    /// <summary>Every link that touches one of <see cref="Identities"/>, by pair. A link whose other end is in another profile was
    /// rejected; both profiles keep it.</summary>
    [JsonPropertyName("l")]
    public IReadOnlyList<IdentityLink> Links { get; init; } = [];

    /// <summary>Every cut that names one of <see cref="Identities"/>.</summary>
    [JsonPropertyName("x")]
    public IReadOnlyList<IdentityCut> Cuts { get; init; } = [];

    /// <summary>By id; only identities that are the subject of an event.</summary>
    [JsonPropertyName("s")]
    public IReadOnlyList<SubjectState> Subjects { get; init; } = [];

    /// <summary>Values that people set for a while; nearly always none. Form 1 of the stored state is older than they are.</summary>
    [JsonIgnore]
    public IReadOnlyList<TraitOverride> Overrides { get; init; } = [];

    /// <summary>A profile that no event has reached yet.</summary>
    public static ProfileState Fresh(Guid profileId, DateTimeOffset now) => new()
    {
        ProfileId = profileId,
        CreatedAt = now,
        UpdatedAt = now,
    };
}
