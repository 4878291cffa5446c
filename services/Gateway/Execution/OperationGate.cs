using System.Threading.RateLimiting;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Limits;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Execution;

/// <summary>Bounds how many operations execute at once on this host; a bounded number waits, the rest is refused.</summary>
public sealed class OperationGate(IOptions<OperationLimitsOptions> limits) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Value.MaxConcurrentOperations,
        QueueLimit = limits.Value.MaxWaitingOperations,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <exception cref="RefusalException">Too many operations run and wait already.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken ct)
    {
        var lease = await _limiter.AcquireAsync(1, ct);
        if (lease.IsAcquired)
            return lease;

        lease.Dispose();
        throw new RefusalException(ErrorCodes.Overloaded, "Too many operations at once. Try again in a second.");
    }

    public void Dispose() => _limiter.Dispose();
}
