using System.Threading.Channels;

namespace Freshet.Processing.Signals;

/// <summary>Wakes one loop. Rings while nobody waits are remembered once, so no ring is lost and none is counted twice.</summary>
public sealed class Doorbell(TimeProvider time)
{
    // One place, the second ring is dropped: the loop looks at the tables anyway, so it need not know how often it rang.
    private readonly Channel<bool> rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => rings.Writer.TryWrite(true);

    /// <summary>Returns at the next ring, or when the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            await rings.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Time is over: the loop looks by itself.
        }
    }
}
