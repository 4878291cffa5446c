using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Reading;

/// <summary>How a reader names a profile.</summary>
public abstract record ProfileKey
{
    private ProfileKey()
    {
    }

    public sealed record ById(Guid ProfileId) : ProfileKey;

    public sealed record ByIdentity(IdentityKey Identity) : ProfileKey;
}
