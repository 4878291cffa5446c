using Freshet.Contracts;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Processing.Bus;

/// <summary>
/// Keeps a message that nobody could read as a dead letter of stage <c>bus</c>: it is appended like an event of source <c>bus</c> and
/// parked at once, so its bytes are sealed, the ledger closes and a replay is possible.
/// </summary>
public sealed class UnreadableMessages(NpgsqlDataSource dataSource, EventLog log, BatchApplication application, TimeProvider time)
{
    /// <summary>The source that such dead letters name; no sender can have it.</summary>
    public const string SourceId = "bus";

    /// <summary>Of a longer message only the beginning is kept: enough to see what it is. A spilled batch is kept whole.</summary>
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Idempotent by message id. Returns whether it was new.</summary>
    public async Task<bool> KeepAsync(FaultedMessage message, string queue, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var appended = await log.AppendAsync(BatchOf(message, queue, body), ct);
        if (appended.Accepted == 0)
        {
            return false;
        }

        // Dying here leaves a batch that the relay announces; applying it fails to read the event and parks it as well.
        await using var session = await ProfileSession.OpenAsync(dataSource, ct);
        await application.ParkAsync(session, appended.Position.BatchId, FailureOf(message, queue), ct);
        await session.CommitAsync(ct);
        return true;
    }

    private EventBatch BatchOf(FaultedMessage message, string queue, ReadOnlyMemory<byte> body)
    {
        var now = time.GetUtcNow();
        return new EventBatch
        {
            BatchId = Guid.CreateVersion7(now),
            Events =
            [
                new RawEvent
                {
                    EventId = EventIds.From(SourceId, message.MessageId),
                    SourceId = SourceId,
                    MessageId = message.MessageId,
                    ReceivedAt = now,
                    Format = RawEventFormat.Webhook,
                    Headers = new Dictionary<string, string> { ["queue"] = queue, ["fault"] = message.Fault },
                    Body = body.Length > MaxBytes && !IsSpill(queue) ? body[..MaxBytes] : body,
                },
            ],
        };
    }

    // By queue and not by what could be read: a message that was damaged may have been a spilled batch.
    private static bool IsSpill(string queue) => queue.StartsWith(Queues.SpilledBatches, StringComparison.Ordinal);

    private static ApplyFailure FailureOf(FaultedMessage message, string queue) => IsSpill(queue)
        ? new ApplyFailure(
            "bus",
            "bus.spilled",
            "A spilled batch cannot be opened or stored. It holds events that were acknowledged. Bring its key back, or mend what the log names, " +
            $"then send the raw message, which is kept whole, to the exchange {Queues.SpilledBatches} again.",
            $"bus-spilled-{message.Fault}")
        : new ApplyFailure(
            "bus",
            "bus.unreadable",
            "The message is not one that this queue is for. Find out who sends it there; the raw message is kept.",
            $"bus-{message.Fault}");
}
