using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;

namespace Freshet.Ingress.Batching;

/// <summary>The events of one request on their way to a commit. Owns the memory that their bodies lie in.</summary>
public sealed class Submission(IReadOnlyList<RawEvent> events, FilteredCount? filtered, IDisposable body, long bytes)
{
    // Continuations run on the commit's thread, which has nothing else to do by then: a work item per answer costs more than the answer.
    private readonly TaskCompletionSource<Receipt> _completion = new();

    public IReadOnlyList<RawEvent> Events { get; } = events;

    /// <summary>Events of the request that its source's settings leave out.</summary>
    public FilteredCount? Filtered { get; } = filtered;

    public long Bytes { get; } = bytes;

    internal Task<Receipt> Completion => _completion.Task;

    internal void Complete(Receipt receipt) => _completion.TrySetResult(receipt);

    internal void Fail(Exception failure) => _completion.TrySetException(failure);

    /// <summary>Gives the memory back. Only when nobody reads the bodies any more.</summary>
    internal void Release() => body.Dispose();
}
