using Freshet.ServiceDefaults.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Ingress.Tests.Limits;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Ten_seconds_worth_comes_at_once_and_then_the_average()
    {
        var bucket = TokenBucket.OfSource(5, _time);

        bucket.TryTake(50).ShouldBeNull();
        bucket.TryTake(1).ShouldBe(TimeSpan.FromSeconds(0.2));
        _time.Advance(TimeSpan.FromSeconds(0.2));
        bucket.TryTake(1).ShouldBeNull();
        bucket.TryTake(1).ShouldNotBeNull();
    }

    [Fact]
    public void A_batch_larger_than_the_burst_gets_through_and_is_paid_for_afterwards()
    {
        var bucket = TokenBucket.OfSource(1, _time);

        bucket.TryTake(100).ShouldBeNull();
        bucket.TryTake(1).ShouldBe(TimeSpan.FromSeconds(91));
        _time.Advance(TimeSpan.FromSeconds(91));
        bucket.TryTake(1).ShouldBeNull();
    }

    [Fact]
    public void A_long_rest_fills_no_more_than_the_burst()
    {
        var bucket = TokenBucket.OfSource(1, _time);
        _time.Advance(TimeSpan.FromDays(1));

        bucket.TryTake(10).ShouldBeNull();
        bucket.TryTake(1).ShouldNotBeNull();
    }
}
