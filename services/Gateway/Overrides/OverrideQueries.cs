using Freshet.Profiles.Overrides;

namespace Freshet.Gateway.Overrides;

/// <summary>What people set for profiles by hand, ended or not.</summary>
public sealed class OverrideQueries(TraitOverrides overrides)
{
    private const int Most = 100;

    public Task<IReadOnlyDictionary<Guid, IReadOnlyList<OverrideView>>> HistoryAsync(IReadOnlyList<Guid> profileIds, CancellationToken ct) =>
        overrides.HistoryAsync(profileIds, Most, ct);
}
