using Freshet.Gateway.Execution.Errors;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;

namespace Freshet.Gateway.Profiles;

/// <summary>Input ProfileKey: exactly one member is set.</summary>
public sealed record ProfileKeyInput
{
    public string? Id { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? UserId { get; init; }

    public string? AnonymousId { get; init; }

    public ExternalIdInput? External { get; init; }
}

/// <summary>Input ExternalId: the id that another system gave.</summary>
public sealed record ExternalIdInput(string System, string Id);

/// <summary>Input IdentityInput: an identity as a profile shows it.</summary>
public sealed record IdentityInput(string Namespace, string Value);

/// <summary>Turns what callers write into keys of the read side.</summary>
public sealed class ProfileKeys(IdentityIndex index)
{
    /// <summary>Null: a well-formed key that cannot be anybody's, for example an email without a domain. It is answered like an unknown one.</summary>
    /// <exception cref="RefusalException">A profile id that is not one.</exception>
    public ProfileKey? Of(ProfileKeyInput input) => input switch
    {
        { Id: { } id } => Guid.TryParse(id, out var profileId)
            ? new ProfileKey.ById(profileId)
            : throw new RefusalException(GatewayErrorCodes.BadProfileKey, "id is not a profile id: take the id of a profile, a UUID, or find the profile by another key."),
        { Email: { } email } => ByIdentity(IdentityNamespaces.Email, email),
        { Phone: { } phone } => ByIdentity(IdentityNamespaces.Phone, phone),
        { UserId: { } userId } => ByIdentity(IdentityNamespaces.UserId, userId),
        { AnonymousId: { } anonymousId } => ByIdentity(IdentityNamespaces.AnonymousId, anonymousId),
        { External: { } external } => ByIdentity(IdentityNamespaces.ExternalPrefix + external.System, external.Id),
        _ => throw new RefusalException(GatewayErrorCodes.BadProfileKey, "by has no member: give exactly one of id, email, phone, userId, anonymousId, external."),
    };

    /// <summary>Null: no value of that namespace looks like this.</summary>
    public IdentityKey? Identity(string identityNamespace, string value) => CanonicalIdentity.Of(identityNamespace, value) is { } canonical
        ? new IdentityKey(index.Of(identityNamespace, canonical), identityNamespace, canonical)
        : null;

    private ProfileKey.ByIdentity? ByIdentity(string identityNamespace, string value) =>
        Identity(identityNamespace, value) is { } key ? new ProfileKey.ByIdentity(key) : null;
}
