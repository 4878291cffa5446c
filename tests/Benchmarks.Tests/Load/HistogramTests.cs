using CsCheck;
using Freshet.Benchmarks.Load;

namespace Freshet.Benchmarks.Tests.Load;

public sealed class HistogramTests
{
    [Fact]
    public void A_quantile_is_the_value_of_its_rank_or_a_little_more() =>
        Gen.Select(Gen.Long[1, 600_000_000].Array[1, 200], Gen.Double[0.01, 1]).Sample((ticks, quantile) =>
        {
            var histogram = new Histogram();
            Array.ForEach(ticks, value => histogram.Add(TimeSpan.FromTicks(value)));
            var exact = TimeSpan.FromTicks(ticks.Order().ElementAt((int)Math.Ceiling(quantile * ticks.Length) - 1)).TotalMilliseconds;

            histogram.At(quantile).ShouldBeInRange(exact * 0.999, exact * (1 + (1.0 / 64)) * 1.001);
        });

    [Fact]
    public void Two_histograms_added_up_are_one_of_all_values()
    {
        var (one, other, both) = (new Histogram(), new Histogram(), new Histogram());
        for (var value = 1; value <= 100; value++)
        {
            (value % 3 == 0 ? one : other).Add(TimeSpan.FromMilliseconds(value));
            both.Add(TimeSpan.FromMilliseconds(value));
        }

        one.Add(other);

        one.ToString().ShouldBe(both.ToString());
        one.Count.ShouldBe(100);
    }

    [Fact]
    public void Nothing_has_no_quantile() => new Histogram().At(0.5).ShouldBe(double.NaN);
}
