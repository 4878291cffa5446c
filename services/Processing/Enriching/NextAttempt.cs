using Freshet.Processing.Failing;
using Freshet.Processing.Retrying;
using Freshet.Profiles.Enriching;

namespace Freshet.Processing.Enriching;

/// <summary>What becomes of an order whose attempt brought nothing. Pure.</summary>
public static class NextAttempt
{
    /// <summary>A source that asks for more is taken to mean this: a mistake of it must not silence it for good.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>And one that asks for none is not asked again and again at once.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>Failures of the source count and are bounded. What it put off, and what it was not asked for, waits and does not count.</summary>
    public static RetryDecision Decide(ProviderAnswer answer, ClaimedOrder order, HttpEnrichment enrichment, EnrichingOptions options)
    {
        var before = order.Attempt - 1;
        var kind = answer switch
        {
            ProviderAnswer.Later => FailureKind.Throttled,
            ProviderAnswer.NotAsked => FailureKind.Transient,
            _ => FailureKind.Poison,
        };
        var limits = new RetryOptions { MaxAttempts = enrichment.Attempts, FirstDelay = options.FirstDelay, MaxDelay = options.MaxDelay };
        var decision = RetryPolicy.Decide(kind, before, order.OrderId, limits);
        return answer is ProviderAnswer.Later { After: { } after } && decision is RetryDecision.RetryAt
            ? new RetryDecision.RetryAt(after < ShortestPause ? ShortestPause : after < LongestPause ? after : LongestPause, before)
            : decision;
    }

    /// <summary>Why, for people: the row of the order says it.</summary>
    public static string ReasonOf(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Later => "put-off",
        ProviderAnswer.NotAsked => "circuit-open",
        ProviderAnswer.Failed { Reason: var reason } => reason,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "This answer ends its order."),
    };
}
