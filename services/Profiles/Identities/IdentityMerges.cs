using Freshet.Profiles.Applying;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Identities;

/// <summary>What an unmerge did.</summary>
/// <param name="ProfileIds">Every profile that now holds a part, the given one first.</param>
/// <param name="BatchId">Announce it to <c>BatchPublisher.PublishAsync</c>.</param>
public sealed record UnmergeResult(IReadOnlyList<Guid> ProfileIds, Guid BatchId);

/// <summary>Operators' corrections of identity resolution.</summary>
public sealed class IdentityMerges(NpgsqlDataSource dataSource, UnmergeTransaction unmerge)
{
    private const int MaxConflicts = 5;

    /// <summary>Parts identities from the rest of their profile, with their traits and events. Links between the parts are cut for good.</summary>
    /// <param name="profileId">The profile; a merged one is followed.</param>
    /// <param name="identities">Some, not all, of its identities.</param>
    /// <param name="by">Who decided it; kept as evidence.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null: no such profile.</returns>
    /// <exception cref="ArgumentException">The identities are none or all of the profile's, or one belongs to another profile.</exception>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<UnmergeResult?> UnmergeAsync(Guid profileId, IReadOnlyList<IdentityKey> identities, string by, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var session = await ProfileSession.OpenAsync(dataSource, ct);
                var result = await unmerge.RunAsync(session, profileId, [.. identities.Select(identity => identity.Id)], by, ct);
                await session.CommitAsync(ct);
                return result;
            }
            catch (Exception failure) when (StoreErrors.IsConflict(failure) && attempt < MaxConflicts)
            {
                // Events for the same profiles were applied at the same moment: look again.
            }
        }
    }
}
