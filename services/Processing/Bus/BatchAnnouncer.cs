using Freshet.Contracts;
using Freshet.Contracts.Events;
using MassTransit;

namespace Freshet.Processing.Bus;

/// <summary>
/// Tells Processing, itself included, that a batch has work to do. A message is only a wake-up: the row is the truth, so one that is
/// lost is sent again by the relay or the retry clock, and one too many changes nothing.
/// </summary>
public sealed class BatchAnnouncer(IBus bus)
{
    // The exchange, not the queue: who sends to a queue declares it, and only its owners know its arguments.
    private static readonly Uri Address = new($"exchange:{Queues.EventBatches}");

    /// <summary>A broker that is away must not hold a transaction or a consumer for longer; the relay sends what was not confirmed.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the broker has confirmed the message. Throws when it does not within five seconds.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="events">How many events it holds: a transaction that batches share is closed by it.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task ReceivedAsync(Guid batchId, int events, CancellationToken ct) => SendAsync(new EventsReceived(batchId, events), ct);

    /// <summary>Returns when the broker has confirmed the message. Throws when it does not within five seconds.</summary>
    public Task RetryDueAsync(Guid batchId, int attempt, CancellationToken ct) => SendAsync(new RetryDue(batchId, attempt), ct);

    private async Task SendAsync<TMessage>(TMessage message, CancellationToken ct)
        where TMessage : class
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(ct);
        budget.CancelAfter(Budget);
        var endpoint = await bus.GetSendEndpoint(Address);

        // MassTransit waits for a connection however long it takes; the token ends only what comes after it.
        await endpoint.Send<TMessage>(message, SetMandatory, budget.Token).WaitAsync(budget.Token);
    }

    // Without it the broker confirms a message that no queue took.
    private static void SetMandatory<TMessage>(SendContext<TMessage> context)
        where TMessage : class
    {
        if (context.TryGetPayload(out RabbitMqSendContext? rabbit))
        {
            rabbit.Mandatory = true;
        }
    }
}
