using System.Collections.Concurrent;
using Freshet.Ingress.Batching;
using Freshet.Profiles.Failpoints;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Freshet.Ingress.Spilling;

/// <summary>Sends to RabbitMQ so that "sent" means kept: persistent, mandatory, and confirmed by the broker.</summary>
public sealed partial class BrokerSender(IBus bus, IOptions<BatchingOptions> options, TimeProvider time, ILogger<BrokerSender> logger)
{
    // One for each queue: under overload announcements time out first, and that must not have batches refused that the broker would take.
    private readonly ConcurrentDictionary<Uri, Circuit> _circuits = [];

    /// <summary>True once the broker has confirmed; false when it did not in time, refused, has no queue for it, or is known to be away.</summary>
    public async Task<bool> TrySendAsync<TMessage>(Uri address, TMessage message, CancellationToken ct)
        where TMessage : class
    {
        var circuit = _circuits.GetOrAdd(address, _ => new Circuit(options.Value.CircuitOpenFor, time));
        if (!circuit.TryEnter())
        {
            return false;
        }

        try
        {
            await SendAsync(address, message, ct).WaitAsync(ct);
            circuit.Succeeded();
            return true;
        }
        catch (Exception failure)
        {
            // Whatever a bus throws here means the same to the caller: the broker has not taken it. Nothing of the message is logged.
            circuit.Failed();
            Log.NotTaken(logger, failure, typeof(TMessage).Name);
            return false;
        }
    }

    private async Task SendAsync<TMessage>(Uri address, TMessage message, CancellationToken ct)
        where TMessage : class
    {
        var endpoint = await bus.GetSendEndpoint(address);
        var sending = endpoint.Send(message, Prepare, ct);
        Failpoint.Hit(Failpoint.BeforeConfirm);
        await sending;
    }

    // Mandatory: without it the broker confirms a message that no queue took.
    private static void Prepare<TMessage>(SendContext<TMessage> context)
        where TMessage : class
    {
        context.Durable = true;
        if (context.TryGetPayload(out RabbitMqSendContext? rabbit))
        {
            rabbit.Mandatory = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "RabbitMQ has not taken a {Message}", EventName = "broker.not-taken")]
        public static partial void NotTaken(ILogger logger, Exception failure, string message);
    }
}
