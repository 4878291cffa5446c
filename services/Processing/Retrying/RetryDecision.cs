namespace Freshet.Processing.Retrying;

/// <summary>What becomes of a batch after a failure.</summary>
public abstract record RetryDecision
{
    private RetryDecision()
    {
    }

    /// <summary>Try again after a wait.</summary>
    /// <param name="Delay">Counted from the failure.</param>
    /// <param name="Attempt">The attempts that count so far: the failed one included, unless its failure was transient.</param>
    public sealed record RetryAt(TimeSpan Delay, int Attempt) : RetryDecision;

    /// <summary>Park it as a dead letter.</summary>
    /// <param name="Attempt">How often it was tried.</param>
    public sealed record GiveUp(int Attempt) : RetryDecision;
}
