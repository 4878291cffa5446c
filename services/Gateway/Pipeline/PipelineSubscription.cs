using System.Runtime.CompilerServices;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Live;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Storage;

namespace Freshet.Gateway.Pipeline;

/// <summary>One event of subscription <c>pipeline</c>.</summary>
public sealed record PipelineSnapshot(PipelineState State, int Subscribers);

/// <summary>Subscription <c>pipeline</c>: measures once for all who watch, however many they are.</summary>
internal sealed class PipelineSubscription(PipelineReader reader, ChangeFeed feed, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim measuring = new(1, 1);
    private PipelineState? last;

    /// <param name="every">Null: every 2 seconds. The first event comes at once.</param>
    public IAsyncEnumerable<PipelineSnapshot> Watch(TimeSpan? every)
    {
        var interval = every ?? Usual;
        return interval >= Shortest && interval <= Longest
            ? WatchAsync(interval)
            : throw new RefusalException(GatewayErrorCodes.BadRange, "every must be 1s to 1h.");
    }

    public void Dispose() => measuring.Dispose();

    private async IAsyncEnumerable<PipelineSnapshot> WatchAsync(TimeSpan every, [EnumeratorCancellation] CancellationToken ct = default)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            // While the database is away there is nothing to tell; the next tick tries again.
            if (await MeasureAsync(ct) is { } state)
            {
                yield return new PipelineSnapshot(state, feed.Subscribers);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task<PipelineState?> MeasureAsync(CancellationToken ct)
    {
        await measuring.WaitAsync(ct);
        try
        {
            var isFresh = last is { } known && clock.GetUtcNow() - known.At < Shortest / 2;
            return isFresh ? last : last = await reader.ReadAsync(ct);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
        finally
        {
            measuring.Release();
        }
    }
}
