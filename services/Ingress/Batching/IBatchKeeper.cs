using Freshet.Profiles.Batches;

namespace Freshet.Ingress.Batching;

/// <summary>Makes a batch durable. An interface because the batcher's promises are about time, and tests must hold that still.</summary>
public interface IBatchKeeper
{
    Task<KeepResult> KeepAsync(EventBatch batch);
}

public abstract record KeepResult
{
    private KeepResult()
    {
    }

    /// <summary>It is in PostgreSQL.</summary>
    public sealed record Stored(AppendResult Result) : KeepResult;

    /// <summary>The broker has confirmed it. Duplicates are found when it is stored.</summary>
    public sealed record Spilled : KeepResult;

    /// <summary>Neither PostgreSQL nor the broker took it.</summary>
    public sealed record Lost(TimeSpan RetryAfter) : KeepResult;
}
