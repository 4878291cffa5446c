using CsCheck;
using Freshet.Processing.Failing;
using Freshet.Processing.Retrying;

namespace Freshet.Processing.Tests.Retrying;

public sealed class RetryPolicyTests
{
    private static readonly Guid Batch = Guid.Parse("01932b3c-7a4e-7000-8000-00000000002a");
    private static readonly RetryOptions Plain = new() { Jitter = 0 };

    [Theory]
    [InlineData(FailureKind.Poison, 0, 1, 1)]
    [InlineData(FailureKind.Poison, 1, 2, 2)]
    [InlineData(FailureKind.Poison, 2, 3, 4)]
    [InlineData(FailureKind.Poison, 3, 4, 8)]
    [InlineData(FailureKind.Defect, 0, 1, 1)]
    [InlineData(FailureKind.Defect, 3, 4, 8)]
    [InlineData(FailureKind.Transient, 0, 0, 1)]
    [InlineData(FailureKind.Transient, 4, 4, 16)]
    [InlineData(FailureKind.Transient, 100, 100, 300)]
    [InlineData(FailureKind.Throttled, 0, 0, 4)]
    [InlineData(FailureKind.Throttled, 3, 3, 32)]
    [InlineData(FailureKind.Throttled, 100, 100, 300)]
    public void A_failure_is_tried_again_after_a_wait_that_doubles(FailureKind kind, int attempts, int counted, int seconds) =>
        RetryPolicy.Decide(kind, attempts, Batch, Plain).ShouldBe(new RetryDecision.RetryAt(TimeSpan.FromSeconds(seconds), counted));

    [Theory]
    [InlineData(FailureKind.Poison, 4, 5)]
    [InlineData(FailureKind.Poison, 9, 10)]
    [InlineData(FailureKind.Defect, 4, 5)]
    [InlineData(FailureKind.Refused, 0, 1)]
    [InlineData(FailureKind.Refused, 4, 5)]
    public void The_last_attempt_and_a_refusal_give_up(FailureKind kind, int attempts, int counted) =>
        RetryPolicy.Decide(kind, attempts, Batch, Plain).ShouldBe(new RetryDecision.GiveUp(counted));

    [Fact]
    public void One_attempt_allowed_means_no_retry() =>
        RetryPolicy.Decide(FailureKind.Poison, 0, Batch, new RetryOptions { MaxAttempts = 1 }).ShouldBe(new RetryDecision.GiveUp(1));

    [Fact]
    public void A_failure_kind_outside_the_table_is_our_mistake() =>
        Should.Throw<System.Diagnostics.UnreachableException>(() => RetryPolicy.Decide((FailureKind)99, 0, Batch, Plain));

    [Fact]
    public void Jitter_stays_within_its_part_and_is_the_same_every_time() =>
        Gen.Select(Gen.Guid, Gen.Int[0, 3]).Sample((batch, attempts) =>
        {
            var options = new RetryOptions { Jitter = 0.2 };
            var delay = RetryPolicy.Decide(FailureKind.Poison, attempts, batch, options).ShouldBeOfType<RetryDecision.RetryAt>().Delay;
            var plain = Math.Pow(2, attempts);

            delay.TotalSeconds.ShouldBeInRange(plain * 0.8, plain * 1.2);
            RetryPolicy.Decide(FailureKind.Poison, attempts, batch, options).ShouldBe(new RetryDecision.RetryAt(delay, attempts + 1));
        });

    [Fact]
    public void Batches_that_failed_together_do_not_come_back_together()
    {
        var delays = Enumerable.Range(0, 1000)
            .Select(_ => RetryPolicy.Decide(FailureKind.Poison, 0, Guid.CreateVersion7(), new RetryOptions()))
            .Select(decision => ((RetryDecision.RetryAt)decision).Delay.TotalSeconds)
            .ToList();

        delays.Average().ShouldBe(1, 0.02);
        (delays.Max() - delays.Min()).ShouldBeGreaterThan(0.38);
    }

    [Theory]
    [InlineData(null, 5_000)]
    [InlineData(-20_000, 1)]
    [InlineData(0, 1)]
    [InlineData(1_500, 1_500)]
    [InlineData(60_000, 5_000)]
    public void The_clock_sleeps_until_the_next_retry_but_never_longer_than_its_poll(int? dueInMilliseconds, int expectedMilliseconds)
    {
        var now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        DateTimeOffset? next = dueInMilliseconds is null ? null : now.AddMilliseconds(dueInMilliseconds.Value);

        Sleep.Until(next, now, TimeSpan.FromSeconds(5)).ShouldBe(TimeSpan.FromMilliseconds(expectedMilliseconds));
    }
}
