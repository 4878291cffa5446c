using Freshet.Contracts.Events;
using Freshet.Processing.Failing;
using Freshet.Profiles.Batches;

namespace Freshet.Processing.Bus;

/// <summary>
/// Tries once more to store a spilled batch that Ingress gave back. What went wrong there may be over, or mended; a batch that is stored is
/// worth more than a dead letter.
/// </summary>
public sealed class FaultedSpills(EventLog log)
{
    /// <summary>
    /// True: stored, now or earlier; the relay announces it. False: trying again cannot help, so the message has to be kept. Throws what
    /// says something about a server only.
    /// </summary>
    public async Task<bool> TryStoreAsync(BatchSpilled spilled, CancellationToken ct)
    {
        try
        {
            await log.AppendSealedAsync(spilled.BatchId, spilled.KeyId, spilled.Payload, ct);
            return true;
        }
        catch (Exception failure) when (!Failures.IsTransient(failure))
        {
            return false;
        }
    }
}
