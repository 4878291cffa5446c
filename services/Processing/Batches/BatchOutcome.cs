using System.Diagnostics;
using Freshet.Processing.Failing;
using Freshet.Profiles.Applying;

namespace Freshet.Processing.Batches;

/// <summary>What one attempt did to a batch. The state machine moves by it; after the commit it says what is to be told to whom.</summary>
public abstract record BatchOutcome
{
    private BatchOutcome()
    {
    }

    /// <summary>The name of the outcome in metrics and records.</summary>
    public abstract string Name { get; }

    /// <summary>What applying came to. Null, not open any more: whoever moved the batch wrote the row, so there is nothing to move or to tell.</summary>
    internal static BatchOutcome? Of(ApplyBatchResult result) => result switch
    {
        ApplyBatchResult.Applied(var events, var parked, var profiles) => new Applied(events, parked, profiles),
        ApplyBatchResult.Split(var events, var splitOff) => new Split(events, splitOff),
        ApplyBatchResult.AlreadyApplied or ApplyBatchResult.Unknown => null,
        _ => throw new UnreachableException($"{result.GetType().Name} is no result of applying a batch."),
    };

    /// <summary>Every event has its place.</summary>
    public sealed record Applied(int Events, int ParkedEvents, int Profiles) : BatchOutcome
    {
        public override string Name => "applied";
    }

    /// <summary>Events that failed were split off; the rest is applied.</summary>
    public sealed record Split(int Events, IReadOnlyList<Guid> SplitOff) : BatchOutcome
    {
        public override string Name => "split";
    }

    /// <summary>Nothing was applied; the batch is tried again at <paramref name="RetryAt"/>.</summary>
    public sealed record WaitingForRetry(FailureKind Kind, DateTimeOffset RetryAt) : BatchOutcome
    {
        public override string Name => "waiting_for_retry";
    }

    /// <summary>Its events are dead letters now.</summary>
    public sealed record Parked(FailureKind Kind, int Events) : BatchOutcome
    {
        public override string Name => "parked";
    }
}
