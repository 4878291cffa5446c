namespace Freshet.Contracts.Events;

/// <summary>The time of a scheduled retry has come.</summary>
/// <param name="BatchId">The batch that waits.</param>
/// <param name="Attempt">The attempt that is due; a batch that has moved on ignores it.</param>
public sealed record RetryDue(Guid BatchId, int Attempt);
