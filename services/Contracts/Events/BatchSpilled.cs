namespace Freshet.Contracts.Events;

/// <summary>Raw events that were accepted while PostgreSQL was away. They are durable in the broker until stored.</summary>
/// <param name="BatchId">The batch they will become.</param>
/// <param name="KeyId">The batch data key that sealed <paramref name="Payload"/>.</param>
/// <param name="Payload">An encoded and sealed event batch, as <c>event_batches.payload</c> would hold it.</param>
public sealed record BatchSpilled(Guid BatchId, Guid KeyId, byte[] Payload);
