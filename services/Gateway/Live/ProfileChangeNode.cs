using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Live;

/// <summary>One event of <c>profileChanged</c>.</summary>
/// <param name="ProfileId">Which profile.</param>
/// <param name="Version">The version that the profile has at least.</param>
/// <param name="Cursor">Where to go on.</param>
/// <param name="Changes">Empty after a loss.</param>
/// <param name="IsResync">Whether changes were lost before this.</param>
/// <param name="Conflated">How many further changes were folded into this one.</param>
public sealed record ProfileChangeNode(
    Guid ProfileId, long Version, string Cursor, IReadOnlyList<TraitChange> Changes, bool IsResync, int Conflated)
{
    /// <summary>The profile as it is when the event is sent, which may be later than the change.</summary>
    public async Task<ProfileNode> ProfileAsync(ProfileQueries profiles, CancellationToken ct) =>
        await profiles.AtLeastAsync(ProfileId, Version, ct)
            ?? throw new RefusalException(GatewayErrorCodes.ProfileGone, "The profile was erased after this change.");
}
