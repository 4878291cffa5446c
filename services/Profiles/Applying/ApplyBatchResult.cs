namespace Freshet.Profiles.Applying;

/// <summary>What became of a batch in one transaction.</summary>
public abstract record ApplyBatchResult
{
    private ApplyBatchResult()
    {
    }

    /// <summary>Every event has its place: applied, or parked as a dead letter. Call <c>BatchPublisher</c> after the commit.</summary>
    public sealed record Applied(int Events, int Parked, int Profiles) : ApplyBatchResult;

    /// <summary>Some events were put into batches of their own, so that they cannot hold up their neighbors; the rest is applied.</summary>
    public sealed record Split(int Events, IReadOnlyList<Guid> SplitOff) : ApplyBatchResult;

    /// <summary>Another delivery was faster: nothing to do.</summary>
    public sealed record AlreadyApplied : ApplyBatchResult;

    /// <summary>No batch of that id (its partition may be gone).</summary>
    public sealed record Unknown : ApplyBatchResult;
}
