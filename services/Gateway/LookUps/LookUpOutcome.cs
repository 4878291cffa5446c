using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.LookUps;

/// <summary>What asking a source came to.</summary>
/// <param name="Result">Also the outcome in metrics, and the reason in <c>extensions.freshness</c> where the value stays stale.</param>
/// <param name="Document">The profile as it is stored after that; null where nothing can have changed.</param>
public sealed record LookUpOutcome(LookUpResult Result, ProfileDocument? Document = null)
{
    /// <summary>The word of a result in metrics and logs; in answers it is written in capitals.</summary>
    public static string Word(LookUpResult result) => DefinitionWords.Of(result).Replace('-', '_');

    /// <summary>Whether the source was called.</summary>
    public static bool IsAsked(LookUpResult result) => result is not (
        LookUpResult.NoLookUp or LookUpResult.NoIdentity or LookUpResult.AskedRecently or LookUpResult.RateLimited or LookUpResult.CircuitOpen or LookUpResult.Misconfigured);
}

public enum LookUpResult
{
    /// <summary>The source answered, and its answer is applied.</summary>
    Refreshed = 0,

    /// <summary>No source that could be asked about this trait has a look-up.</summary>
    NoLookUp = 1,

    /// <summary>The profile lacks an identity by which the source can be asked.</summary>
    NoIdentity = 2,

    /// <summary>The source was asked a short while ago (<c>minInterval</c>).</summary>
    AskedRecently = 3,

    /// <summary>The source is asked as often as it may be (<c>requestsPerSecond</c>).</summary>
    RateLimited = 4,

    /// <summary>The source does not know the person: 404, 410 or 204.</summary>
    NotKnown = 5,

    /// <summary>No answer in time; it may still come and be applied for later queries.</summary>
    TimedOut = 6,

    /// <summary>Too many calls failed; nobody was asked.</summary>
    CircuitOpen = 7,

    /// <summary>The address leads into a network that is not public.</summary>
    Forbidden = 8,

    /// <summary>The source could not be reached, or its status says that it failed.</summary>
    Failed = 9,

    /// <summary>The answer could not be read: it is a dead letter now.</summary>
    Rejected = 10,

    /// <summary>The answer is stored; applying it is left to Processing.</summary>
    Pending = 11,

    /// <summary>A parameter that the look-up names is not set here.</summary>
    Misconfigured = 12,

    /// <summary>The answer said nothing newer about this trait.</summary>
    Unchanged = 13,
}
