using Freshet.Ingress.Batching;

namespace Freshet.Ingress.Tests.Batching;

public sealed class CrowdTests
{
    private static readonly BatchingOptions Options = new() { MaxCommits = 2, MaxEvents = 100 };

    [Fact]
    public void A_single_sender_waits_for_nobody() => Crowd.Wanted(crowd: 1, underWay: 0, Options).ShouldBe(1);

    [Fact]
    public void While_a_commit_is_under_way_nobody_goes_alone() => Crowd.Wanted(crowd: 1, underWay: 1, Options).ShouldBe(2);

    [Theory]
    [InlineData(32, 16)]
    [InlineData(33, 17)]
    [InlineData(5_000, 100)]
    public void A_crowd_shares_the_commits_that_may_run_at_a_time(int crowd, int wanted) => Crowd.Wanted(crowd, underWay: 1, Options).ShouldBe(wanted);

    [Fact]
    public void Commits_of_one_event_are_waited_for_by_nobody() =>
        Crowd.Wanted(crowd: 8, underWay: 1, new BatchingOptions { MaxCommits = 2, MaxEvents = 1 }).ShouldBe(1);

    [Fact]
    public void A_crowd_grows_at_once_and_is_forgotten_when_it_has_gone()
    {
        Crowd.Remember(crowd: 3, inHouse: 40).ShouldBe(40);

        var crowd = 1_000;
        for (var commit = 0; commit < 50; commit++)
        {
            crowd = Crowd.Remember(crowd, inHouse: 1);
        }

        crowd.ShouldBe(1);
    }
}
