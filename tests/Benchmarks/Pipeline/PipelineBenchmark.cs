using System.Globalization;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Running;

namespace Freshet.Benchmarks.Pipeline;

/// <summary>
/// Events a second from <c>/v1/batch</c> until readers see them, sustained, with a million profiles, against PostgreSQL alone. Afterwards it is
/// checked that each of a sample of customers has exactly the orders that were accepted.
/// </summary>
internal sealed class PipelineBenchmark(Lab lab, OrderStream orders, PgBench reference, BenchmarkArguments arguments)
{
    private const int Profiles = 1_000_000;
    private const int Sample = 100;

    // As the kernel has the names: fifteen letters.
    private static readonly string[] Hosts = ["Freshet.Ingress", "Freshet.Process", "Freshet.Gateway"];
    private const int LongestWarmUp = 15;
    private readonly int seconds = arguments.Seconds ?? 15;

    // Before anything is known: more than any machine that this was run on has done.
    private double bestRate = 10_000;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        var profiles = arguments.Profiles ?? Profiles;
        await using var lab = await Lab.WithProfilesAsync(arguments, profiles, cancellationToken);
        await using var backlog = await Backlog.OpenAsync(lab, cancellationToken);
        var reference = new PgBench(lab, profiles, lab.Files);
        await reference.PrepareAsync(cancellationToken);
        var orders = new OrderStream(lab, backlog, profiles, arguments.Connections ?? 8);
        return await new PipelineBenchmark(lab, orders, reference, arguments).MeasureAsync(profiles, cancellationToken);
    }

    private async Task<BenchmarkResult> MeasureAsync(int profiles, CancellationToken cancellationToken)
    {
        var sample = Enumerable.Range(0, Sample).Select(_ => Random.Shared.Next(profiles)).Distinct().ToArray();
        await orders.DrainAsync(cancellationToken);
        var before = await OrdersAsync(sample, cancellationToken);
        bestRate = (await RoundAsync("warm-up", Math.Min(seconds, LongestWarmUp), cancellationToken)).Ours * 2;
        var rounds = new List<(double, double)>();
        for (var round = 1; round <= (arguments.Rounds ?? 3); round++)
        {
            rounds.Add(await RoundAsync($"round {round}", seconds, cancellationToken));
        }

        await CheckAsync(sample, before, cancellationToken);
        return BenchmarkResult.OfRounds("pipeline", "/s", rounds);
    }

    private async Task<(double Ours, double Reference)> RoundAsync(string name, int length, CancellationToken cancellationToken)
    {
        var before = ProcessTree.Read();
        await using var memory = new MemoryWatch(TimeSpan.FromSeconds(Math.Max(1, length / 20)), Hosts);
        var ours = await orders.RunAsync(TimeSpan.FromSeconds(length), (int)(bestRate * 1.5 * length), cancellationToken);
        bestRate = Math.Max(bestRate, ours.Rate);
        var after = ProcessTree.Read();
        var alone = await reference.RunAsync(Math.Min(length, LongestWarmUp), cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name}: ours {ours.Rate:0}/s ({ours.Events} events readable after {ours.Elapsed.TotalSeconds:0.0} s, batches answered in {ours.Load.Latencies}); PostgreSQL alone {alone:0}/s"));
        Console.WriteLine($"    processor time of ours: {after.Since(before)}; memory of the hosts: {after.Memory(Hosts)}");
        Console.WriteLine($"    memory of {await memory.EndAsync()}");
        return (ours.Rate, alone);
    }

    private async Task CheckAsync(int[] sample, long[] before, CancellationToken cancellationToken)
    {
        var after = await OrdersAsync(sample, cancellationToken);
        for (var index = 0; index < sample.Length; index++)
        {
            var expected = before[index] + orders.Accepted.GetValueOrDefault(sample[index]);
            if (after[index] != expected)
            {
                throw new InvalidOperationException($"Customer {sample[index]} has {after[index]} orders, and {expected} were accepted.");
            }
        }

        Console.WriteLine($"  {sample.Length} customers have exactly the orders that were accepted");
    }

    private async Task<long[]> OrdersAsync(int[] sample, CancellationToken cancellationToken)
    {
        const string Query = "query($by: [ProfileKey!]!) { profiles(by: $by) { traits { ordersCount } } }";
        var data = await lab.Installation.GraphQL.QueryAsync(
            Query, new { by = Array.ConvertAll(sample, customer => new { userId = $"u{customer}" }) }, cancellationToken);
        return [.. data.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetProperty("traits").GetProperty("ordersCount").GetInt64())];
    }
}
