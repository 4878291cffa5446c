using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Freshness;

/// <summary>A value's age against its promise.</summary>
public enum FreshnessState
{
    Fresh = 0,

    /// <summary>Observed, but longer ago than promised.</summary>
    Stale = 1,

    /// <summary>Never observed.</summary>
    Unknown = 2,
}

public static class TraitFreshness
{
    /// <summary>What a person set is fresh as long as it lasts: they said until when.</summary>
    /// <param name="view">What is known; null: nothing.</param>
    /// <param name="maxAge">The promise; null: never stale.</param>
    /// <param name="now">The moment of reading.</param>
    public static FreshnessState Of(TraitView? view, TimeSpan? maxAge, DateTimeOffset now) =>
        view?.Until is not null ? FreshnessState.Fresh : Of(view?.ObservedAt, maxAge, now);

    /// <param name="observedAt">When it was last observed; null: never.</param>
    /// <param name="maxAge">The promise; null: never stale.</param>
    /// <param name="now">The moment of reading.</param>
    public static FreshnessState Of(DateTimeOffset? observedAt, TimeSpan? maxAge, DateTimeOffset now)
    {
        if (observedAt is not { } at)
        {
            return FreshnessState.Unknown;
        }

        return maxAge is { } promise && now - at > promise ? FreshnessState.Stale : FreshnessState.Fresh;
    }
}
