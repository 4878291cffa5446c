namespace Freshet.Gateway;

/// <summary>Codes of refusals that belong to this schema (those of any GraphQL request are in <c>Execution/Errors/ErrorCodes</c>).</summary>
public static class GatewayErrorCodes
{
    /// <summary><c>after</c> is not of the form of a token that Ingress returns. One whose batch is not known (any more) is no error: the answer holds what
    /// is there, and <c>extensions.position</c> says that it was not reached.</summary>
    public const string BadPosition = "BAD_POSITION";

    /// <summary><c>after</c> is not a cursor that a subscription gave.</summary>
    public const string BadCursor = "BAD_CURSOR";

    /// <summary>Changes since that cursor are no longer kept: read what you need again, then subscribe without <c>after</c>.</summary>
    public const string CursorExpired = "CURSOR_EXPIRED";

    /// <summary>The stream of changes cannot be reached right now: subscribe again after a moment.</summary>
    public const string ChangesUnavailable = "CHANGES_UNAVAILABLE";

    /// <summary>The database does not answer, and the cache does not have everything: ask again after a moment.</summary>
    public const string StoreUnavailable = "STORE_UNAVAILABLE";

    /// <summary>A trait is older than the reader takes, and <c>onStale: ERROR</c> was asked.</summary>
    public const string TraitStale = "TRAIT_STALE";

    /// <summary>The dictionary has no trait of that name.</summary>
    public const string UnknownTrait = "UNKNOWN_TRAIT";

    /// <summary>A profile key that cannot be one, for example a profile id that is not a UUID.</summary>
    public const string BadProfileKey = "BAD_PROFILE_KEY";

    /// <summary>The profile of a change was erased before the change could be sent.</summary>
    public const string ProfileGone = "PROFILE_GONE";

    /// <summary><c>first</c> or <c>after</c> of a connection does not fit.</summary>
    public const string BadPage = "BAD_PAGE";

    /// <summary>A range of time that ends before it begins, or is longer than allowed.</summary>
    public const string BadRange = "BAD_RANGE";
}
