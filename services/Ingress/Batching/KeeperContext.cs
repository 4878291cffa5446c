using Microsoft.Extensions.Options;

namespace Freshet.Ingress.Batching;

/// <summary>Budgets, clock and log of <see cref="BatchKeeper"/>.</summary>
public sealed class KeeperContext(IOptions<BatchingOptions> options, TimeProvider time, ILogger<BatchKeeper> logger)
{
    public BatchingOptions Options { get; } = options.Value;

    public TimeProvider Time { get; } = time;

    public ILogger<BatchKeeper> Logger { get; } = logger;
}
