using System.Collections.Immutable;
using Freshet.Processing.Relaying;

namespace Freshet.Processing.Tests.Relaying;

public sealed class RelayPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly RelayOptions Options = new() { AnnounceAfter = TimeSpan.FromSeconds(3) };
    private static readonly OpenBatch Batch = new(Guid.Parse("01932b3c-7a4e-7000-8000-000000000001"), IsReplay: false, Start, Events: 3);
    private static readonly OpenBatch Replay = new(Guid.Parse("01932b3c-7a4e-7000-8000-000000000002"), IsReplay: true, Start, Events: 3);

    [Theory]
    [InlineData(0, false)]
    [InlineData(2.9, false)]
    [InlineData(3, true)]
    [InlineData(3600, true)]
    public void A_batch_is_announced_again_once_it_has_been_open_long_enough(double seconds, bool announced) =>
        RelayPlan.Decide([Batch], RelayPlan.Nothing.Remembered, Start.AddSeconds(seconds), Options).Announce.Contains(Batch).ShouldBe(announced);

    [Fact]
    public void A_replay_is_announced_at_once_and_once()
    {
        var first = RelayPlan.Decide([Replay], RelayPlan.Nothing.Remembered, Start, Options);
        var second = RelayPlan.Decide([Replay], first.Remembered, Start.AddSeconds(2.9), Options);

        first.Announce.ShouldBe([Replay]);
        second.Announce.ShouldBeEmpty();
    }

    [Fact]
    public void A_batch_that_stays_open_is_announced_with_growing_pauses()
    {
        var announcedAt = new List<int>();
        var remembered = ImmutableDictionary<Guid, Announced>.Empty;
        for (var second = 0; second <= 300; second++)
        {
            var plan = RelayPlan.Decide([Batch], remembered, Start.AddSeconds(second), Options);
            remembered = plan.Remembered;
            if (plan.Announce.Count > 0)
            {
                announcedAt.Add(second);
            }
        }

        announcedAt.ShouldBe([3, 6, 12, 24, 48, 96, 156, 216, 276]);
    }

    [Fact]
    public void A_batch_that_is_no_longer_open_is_forgotten() =>
        RelayPlan.Decide([], RelayPlan.Decide([Batch], RelayPlan.Nothing.Remembered, Start, Options).Remembered, Start, Options)
            .Remembered.ShouldBeEmpty();
}
