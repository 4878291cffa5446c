using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Freshet.Profiles.Freshness;

/// <summary>
/// Where the profile of an identity was found last, in a table of fixed size whose places are taken over by newer pairs. Only hints: a pair
/// may be out of date, and one that another thread is just writing may be half of two, so whoever follows one checks what is there.
/// </summary>
public sealed class ProfileHints(IOptions<FreshOptions> options)
{
    private readonly (Guid Identity, Guid Profile)[] places = new (Guid, Guid)[options.Value.ProfileHints];

    internal bool TryGet(Guid identityId, out Guid profileId)
    {
        var place = Place(identityId);
        profileId = place.Profile;
        return place.Identity == identityId && identityId != Guid.Empty;
    }

    internal void Set(Guid identityId, Guid profileId) => Place(identityId) = (identityId, profileId);

    // Ids of identities are the output of a keyed hash: any part of them is spread evenly, and nobody outside can aim.
    private ref (Guid Identity, Guid Profile) Place(Guid identityId) =>
        ref places[MemoryMarshal.Cast<Guid, uint>(new ReadOnlySpan<Guid>(in identityId))[3] % (uint)places.Length];
}
