namespace Freshet.Gateway.Profiles;

/// <summary>What a reader wants in place of a value that is older than its promise.</summary>
public enum OnStale
{
    /// <summary>The old value; the default behavior.</summary>
    Serve = 0,

    /// <summary>The default of the argument, else of the dictionary.</summary>
    Default = 1,

    /// <summary>Null.</summary>
    Null = 2,

    /// <summary>Read the database now and serve what it holds, stale or not: the cache may be behind, the sender may be silent.</summary>
    Refresh = 3,

    /// <summary>A field error with code TRAIT_STALE.</summary>
    Error = 4,
}

/// <summary>Whether a value keeps the promise of freshness that the dictionary, or the reader, made.</summary>
public enum Freshness
{
    /// <summary>Observed within its maximum age, or nobody set one.</summary>
    Fresh = 0,

    /// <summary>Older than its maximum age.</summary>
    Stale = 1,

    /// <summary>Nothing was ever observed.</summary>
    Unknown = 2,
}
