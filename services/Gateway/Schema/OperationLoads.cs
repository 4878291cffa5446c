using Freshet.Gateway.Execution;
using Freshet.Gateway.Overrides;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Overrides;
using GraphQL.DataLoader;

namespace Freshet.Gateway.Schema;

/// <summary>What the fields of one operation load together: one call per level, however many aliases or list items ask.</summary>
public sealed class OperationLoads(ProfileQueries queries, OverrideQueries overrides, TimeProvider clock)
{
    private readonly BatchLoader<ProfileRequest, ProfileNode?> profiles = new(queries.LoadAsync);
    private readonly BatchLoader<Guid, ProfileNode?> refreshed = new(queries.RefreshAsync);
    private readonly BatchLoader<Guid, IReadOnlyList<OverrideView>> histories = new(overrides.HistoryAsync);

    /// <summary>A timestamp from before the operation's first wait.</summary>
    public long StartedAt { get; } = clock.GetTimestamp();

    public IDataLoaderResult<ProfileNode?> Profile(ProfileRequest request) => profiles.Load(request);

    /// <summary>The profile as the database has it now, past the cache.</summary>
    public IDataLoaderResult<ProfileNode?> Refreshed(Guid profileId) => refreshed.Load(profileId);

    /// <summary>What people set for the profile by hand, ended or not; null: nothing.</summary>
    public IDataLoaderResult<IReadOnlyList<OverrideView>?> OverrideHistory(Guid profileId) => histories.Load(profileId);
}
