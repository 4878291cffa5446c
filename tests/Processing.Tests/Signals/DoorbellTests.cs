using Freshet.Processing.Signals;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Processing.Tests.Signals;

public sealed class DoorbellTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task A_ring_before_the_wait_is_not_lost_and_counts_once()
    {
        var bell = new Doorbell(time);
        bell.Ring();
        bell.Ring();

        await bell.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None);
        var second = bell.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None);

        second.IsCompleted.ShouldBeFalse();
        bell.Ring();
        await second;
    }

    [Fact]
    public async Task The_wait_ends_when_its_time_is_over()
    {
        var wait = new Doorbell(time).WaitAsync(TimeSpan.FromSeconds(5), CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(4.9));
        wait.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));
        await wait;
    }

    [Fact]
    public async Task Stopping_ends_the_wait_with_a_cancellation()
    {
        using var stop = new CancellationTokenSource();
        var wait = new Doorbell(time).WaitAsync(TimeSpan.FromSeconds(5), stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(wait);
    }
}
