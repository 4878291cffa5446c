namespace Freshet.Profiles.Identities;

/// <summary>What an unmerge did.</summary>
/// <param name="ProfileIds">Every profile that now holds a part, the given one first.</param>
/// <param name="BatchId">Announce it to <c>BatchPublisher.PublishAsync</c>.</param>
public sealed record UnmergeResult(IReadOnlyList<Guid> ProfileIds, Guid BatchId);

/// <summary>Operators' corrections of identity resolution.</summary>
public sealed class IdentityMerges
{
    /// <summary>Parts identities from the rest of their profile, with their traits and events. Links between the parts are cut for good.</summary>
    /// <returns>Null: no such profile.</returns>
    public Task<UnmergeResult?> UnmergeAsync(Guid profileId, IReadOnlyList<IdentityKey> identities, string by, CancellationToken ct) =>
        throw new NotSupportedException();
}
