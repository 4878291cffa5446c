namespace Freshet.Benchmarks.Tests;

public sealed class BenchmarkArgumentsTests
{
    [Fact]
    public void Options_follow_the_name() =>
        BenchmarkArguments.Parse(["accept", "--rounds", "2", "--alone", "--seconds", "7"], out _)
            .ShouldBe(new BenchmarkArguments("accept") { Rounds = 2, Alone = true, Seconds = 7 });

    [Theory]
    [InlineData("accept", "--rounds")]
    [InlineData("accept", "--rounds", "0")]
    [InlineData("accept", "--rounds", "two")]
    [InlineData("accept", "--unknown", "2")]
    [InlineData("accept", "more")]
    [InlineData]
    public void What_is_not_understood_is_said(params string[] line)
    {
        BenchmarkArguments.Parse(line, out var fault).ShouldBeNull();
        fault.ShouldNotBeEmpty();
    }

    [Fact]
    public void Micro_benchmarks_take_a_filter() =>
        BenchmarkArguments.Parse(["micro", "Seal"], out _).ShouldBe(new BenchmarkArguments("micro") { Filter = "Seal" });
}
