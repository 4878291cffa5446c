namespace Freshet.Contracts.Events;

/// <summary>A batch of raw events is durable in PostgreSQL and waits to be applied. Sent once per batch; may arrive again.</summary>
/// <param name="BatchId">Key of <c>event_batches</c>; a UUIDv7, so later batches sort after earlier ones.</param>
/// <param name="Events">How many events it holds; 0: unknown.</param>
public sealed record EventsReceived(Guid BatchId, int Events = 0);
