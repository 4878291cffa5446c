namespace Freshet.Ingress.Batching;

/// <summary>How many requests a commit waits for. Pure.</summary>
public static class Crowd
{
    /// <summary>The number of waiting requests at which a commit starts without lingering; never less than 1.</summary>
    /// <param name="crowd">How many requests were in the house at a time lately: those who were just answered tend to come again at once.</param>
    /// <param name="underWay">Commits under way.</param>
    /// <param name="options">Limits.</param>
    public static int Wanted(int crowd, int underWay, BatchingOptions options)
    {
        // Everybody divided by the commits that may run at a time: one is filled while the other is on the disk.
        var share = (crowd + options.MaxCommits - 1) / options.MaxCommits;

        // While a commit is under way nobody else waits for the disk alone: a second request halves what both cost.
        return Math.Min(Math.Max(share, underWay > 0 ? 2 : 1), options.MaxEvents);
    }

    /// <summary>The crowd after another look: grows at once and shrinks by an eighth per commit, so that a crowd that has gone is forgotten in milliseconds.</summary>
    public static int Remember(int crowd, int inHouse) => Math.Max(inHouse, crowd - ((crowd + 7) / 8));
}
