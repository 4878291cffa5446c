using Freshet.Profiles.Events;

namespace Freshet.Profiles.DeadLetters;

/// <summary>Lists dead letters and puts them back on their way.</summary>
public sealed class DeadLetterStore
{
    /// <summary>Newest first.</summary>
    public Task<DeadLetterPage> ListAsync(DeadLetterFilter filter, int first, DeadLetterCursor? after, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>The event as its sender wrote it; null: no such letter, or its key was destroyed.</summary>
    public Task<RawEvent?> RawAsync(Guid deadLetterId, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Makes replay batches of the parked letters that are selected. Safe to call twice at a time: no letter is taken twice.</summary>
    public Task<ReplayRun> ReplayAsync(ReplaySelection selection, CancellationToken ct) => throw new NotSupportedException();
}
