using Freshet.Profiles.Overrides;

namespace Freshet.Gateway.Overrides;

/// <summary>What people set for a profile by hand, ended or not.</summary>
public sealed class OverrideQueries(TraitOverrides overrides)
{
    private const int Most = 100;

    public Task<IReadOnlyList<OverrideView>> HistoryAsync(Guid profileId, CancellationToken ct) => overrides.HistoryAsync(profileId, Most, ct);
}
