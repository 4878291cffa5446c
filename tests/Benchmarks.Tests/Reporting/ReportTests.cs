using Freshet.Benchmarks.Reporting;

namespace Freshet.Benchmarks.Tests.Reporting;

public sealed class ReportTests
{
    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("accept", 0.35, "yes")]
    [InlineData("accept", 0.34, "no")]
    [InlineData("live", 2.0, "yes")]
    [InlineData("live", 2.01, "no")]
    [InlineData("query", 0.45, "yes")]
    [InlineData("pipeline", 0.29, "no")]
    [InlineData("growth", 1.3, "yes")]
    [InlineData("flood", 2.27, "no")]
    [InlineData("start", 1.56, "yes")]
    public void A_rate_is_to_be_large_and_a_time_small(string name, double ratio, string reached) =>
        Report.Table([new BenchmarkResult(name, ratio * 100, 100, "ms")], None).ShouldContain($"| {reached} |");

    [Fact]
    public void What_was_not_measured_says_why() =>
        Report.Table([], new Dictionary<string, string> { ["start"] = "first\nsecond" }).ShouldContain("| `start` | not measured: first second |");

    [Fact]
    public void Only_what_stands_between_the_markers_is_replaced() =>
        Report.Replace($"before\n{Report.Begin}\nold\n{Report.End}\nafter\n", "new\n").ShouldBe($"before\n{Report.Begin}\nnew\n{Report.End}\nafter\n");

    [Fact]
    public void A_text_without_markers_is_left_alone() =>
        Should.Throw<FormatException>(() => Report.Replace("text", "new")).Message.ShouldContain(Report.Begin);

    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5)]
    public void The_median_is_the_middle(double[] values, double median) => BenchmarkResult.Median(values).ShouldBe(median);

    [Fact]
    public void The_last_line_has_three_figures() =>
        new BenchmarkResult("accept", 12_345.6, 40_000, "/s").ToString().ShouldBe("accept ours=12346 reference=40000 ratio=0.31");
}
