using Freshet.Contracts;
using Freshet.Contracts.Events;
using Freshet.Profiles.Batches;

namespace Freshet.Ingress.Spilling;

/// <summary>Where batches are durable while PostgreSQL is away.</summary>
public sealed class SpillQueue(BrokerSender broker)
{
    private static readonly Uri Address = new($"exchange:{Queues.SpilledBatches}");

    /// <summary>True once the batch is on the broker's disks.</summary>
    public Task<bool> TrySendAsync(SealedEventBatch batch, CancellationToken ct) =>
        broker.TrySendAsync(Address, new BatchSpilled(batch.BatchId, batch.KeyId, batch.Payload), ct);
}
