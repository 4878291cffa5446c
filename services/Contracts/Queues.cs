namespace Freshet.Contracts;

/// <summary>
/// The broker's queues, once for all who declare them: a queue that two processes declare with different arguments is refused
/// by the broker (406 PRECONDITION_FAILED). Each queue stands behind a durable fanout exchange of its own name, bound without
/// routing key. Senders send to that exchange, mandatory and with publisher confirms, and never declare the queue.
/// </summary>
public static class Queues
{
    /// <summary><see cref="Events.EventsReceived"/> and <see cref="Events.RetryDue"/>, consumed by Processing.</summary>
    public const string EventBatches = "event-batches";

    /// <summary>Messages that a consumer of <see cref="EventBatches"/> could not read or gave up on. Processing drains it into dead letters.</summary>
    public const string EventBatchesError = EventBatches + "_error";

    /// <summary>Messages of <see cref="EventBatches"/> of a type that nobody there knows. Drained like <see cref="EventBatchesError"/>.</summary>
    public const string EventBatchesSkipped = EventBatches + "_skipped";

    /// <summary><see cref="Events.BatchSpilled"/>: events that were accepted while PostgreSQL was away.</summary>
    public const string SpilledBatches = "spilled-batches";

    /// <summary>See <see cref="EventBatchesError"/>; here for spilled batches.</summary>
    public const string SpilledBatchesError = SpilledBatches + "_error";

    /// <summary>See <see cref="EventBatchesSkipped"/>; here for spilled batches.</summary>
    public const string SpilledBatchesSkipped = SpilledBatches + "_skipped";

    /// <summary>
    /// A message that was delivered so often without an acknowledgment goes to the error queue, so that a message that ends its
    /// consumer's process cannot do so forever. A delivery counts when its consumer or the broker dies while holding it.
    /// </summary>
    public const int DeliveryLimit = 10;

    /// <summary>Every queue, for whoever declares them ahead of time.</summary>
    public static IReadOnlyList<QueueDefinition> All { get; } =
    [
        .. WithErrorQueues(EventBatches),
        .. WithErrorQueues(SpilledBatches),
    ];

    /// <summary>
    /// The arguments of a queue and of its error and skipped queues: MassTransit gives these the arguments of the queue they
    /// belong to, so one set has to fit all three.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> ArgumentsOf(string queue) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = $"{queue}_error",
        // At-least-once dead-lettering needs reject-publish: https://www.rabbitmq.com/docs/quorum-queues#activating-at-least-once-dead-lettering
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    private static IEnumerable<QueueDefinition> WithErrorQueues(string queue)
    {
        var arguments = ArgumentsOf(queue);
        yield return new QueueDefinition(queue, arguments);
        yield return new QueueDefinition($"{queue}_error", arguments);
        yield return new QueueDefinition($"{queue}_skipped", arguments);
    }
}

/// <summary>A durable queue and the durable fanout exchange of the same name that is bound to it.</summary>
/// <param name="Name">Of the queue and of the exchange.</param>
/// <param name="Arguments">Of the queue; the exchange has none.</param>
public sealed record QueueDefinition(string Name, IReadOnlyDictionary<string, object?> Arguments);
