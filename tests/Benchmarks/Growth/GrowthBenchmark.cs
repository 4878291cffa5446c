using Freshet.Benchmarks.Load;
using Freshet.Benchmarks.Query;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Running;

namespace Freshet.Benchmarks.Growth;

/// <summary>
/// p99 of the query by email with a million profiles against ten thousand. Two installations run beside each other and are asked in turn, at a
/// steady rate that neither is short of breath at.
/// </summary>
internal sealed class GrowthBenchmark(BenchmarkArguments arguments)
{
    private const int Few = 10_000;
    private const int Many = 1_000_000;
    private const int Connections = 32;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    public static Task<BenchmarkResult> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken) =>
        new GrowthBenchmark(arguments).MeasureAsync(cancellationToken);

    private async Task<BenchmarkResult> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var large = await Lab.WithProfilesAsync(arguments, Many, cancellationToken);
        await using var small = await Lab.WithProfilesAsync(arguments with { Profiles = Few }, Few, cancellationToken);
        var many = ProfileQuery.Tape(arguments.Profiles ?? Many, isTrusted: true);
        var few = ProfileQuery.Tape(Few, isTrusted: true);

        await RoundAsync(large, many, WarmUp, cancellationToken);
        await RoundAsync(small, few, WarmUp, cancellationToken);
        var rounds = new List<(double, double)>();
        for (var round = 1; round <= (arguments.Rounds ?? 5); round++)
        {
            var length = TimeSpan.FromSeconds(arguments.Seconds ?? 5);
            var ours = await RoundAsync(large, many, length, cancellationToken);
            var reference = await RoundAsync(small, few, length, cancellationToken);
            Console.WriteLine($"  round {round}: many profiles {ours}; few {reference}");
            rounds.Add((ours.Latencies.At(0.99), reference.Latencies.At(0.99)));
        }

        return BenchmarkResult.OfRounds("growth", "ms", rounds);
    }

    private async Task<LoadResult> RoundAsync(Lab lab, RequestTape tape, TimeSpan length, CancellationToken cancellationToken)
    {
        using var generator = new LoadGenerator(lab.Gateway, Connections);
        var plan = new LoadPlan(tape, length, ProfileQuery.IsGood) { Repeats = true, Rate = arguments.Rate ?? 500 };
        return await generator.RunAsync(plan, cancellationToken);
    }
}
