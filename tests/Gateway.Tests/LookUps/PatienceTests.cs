using Freshet.Gateway.LookUps;

namespace Freshet.Gateway.Tests.LookUps;

public sealed class PatienceTests
{
    [Theory]
    [InlineData(200, 10_000, 0, 200)]
    [InlineData(200, 10_000, 9_800, 150)]
    [InlineData(200, 10_000, 9_990, 0)]
    [InlineData(200, 10_000, 12_000, 0)]
    [InlineData(5_000, 1_000, 100, 850)]
    public void A_query_waits_as_long_as_the_source_may_take_and_leaves_time_for_its_answer(int timeout, int budget, int spent, int patience) =>
        TraitRefresh.Patience(TimeSpan.FromMilliseconds(timeout), TimeSpan.FromMilliseconds(budget), TimeSpan.FromMilliseconds(spent))
            .ShouldBe(TimeSpan.FromMilliseconds(patience));
}
