namespace Freshet.ServiceDefaults.Calling;

/// <summary>What a <see cref="GuardedRequest"/> brought.</summary>
public abstract record CallResult
{
    private CallResult()
    {
    }

    /// <summary>The other side answered, with whatever status but a redirection.</summary>
    /// <param name="Status">100 to 299 and 400 to 599.</param>
    /// <param name="Body">All of it.</param>
    public sealed record Answered(int Status, byte[] Body) : CallResult
    {
        public bool IsSuccess => Status is >= 200 and < 300;

        /// <summary>How long the other side wants to be left alone (<c>Retry-After</c>, in seconds or as a date); null: it does not say.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }

    /// <summary>There is no answer.</summary>
    public sealed record Failed(CallFailure Reason) : CallResult;
}

/// <summary>Why there is no answer.</summary>
public enum CallFailure
{
    /// <summary>No connection, or it broke.</summary>
    Unreachable = 0,

    /// <summary>Longer than <see cref="GuardedRequest.Timeout"/>.</summary>
    TimedOut = 1,

    /// <summary>Too many calls failed before; nobody was asked.</summary>
    CircuitOpen = 2,

    /// <summary>The address is not http or https, or leads into a network that is not public.</summary>
    Forbidden = 3,

    /// <summary>The answer is a redirection. Redirections are not followed: they would lead past the guard.</summary>
    Redirected = 4,

    /// <summary>The answer is larger than <see cref="GuardedHttp.LargestAnswer"/>.</summary>
    TooLarge = 5,
}
