using System.Diagnostics;
using System.Globalization;
using Freshet.Benchmarks.Load;
using Freshet.Benchmarks.References;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Running;

namespace Freshet.Benchmarks.Live;

/// <summary>
/// From the first byte of a single signed webhook until a subscriber has its <c>next</c>, at a steady rate, against the bare chain of the same
/// stations. p99 of each round.
/// </summary>
internal sealed class LiveBenchmark(Lab lab, BenchmarkArguments arguments)
{
    private const int Connections = 32;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly int rate = arguments.Rate ?? 500;
    private long sent;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync(cancellationToken);
        await using var reference = await ReferenceProcess.StartAsync(ReferencePrograms.Chain, [], await SettingsAsync(lab, cancellationToken), cancellationToken);
        await using var ours = await LiveSubscriber.OfOursAsync(lab, cancellationToken);
        await using var bare = await LiveSubscriber.OfChainAsync(reference.Address, cancellationToken);
        return await new LiveBenchmark(lab, arguments).MeasureAsync(ours, reference.Address, bare, cancellationToken);
    }

    private async Task<BenchmarkResult> MeasureAsync(LiveSubscriber ours, Uri chain, LiveSubscriber bare, CancellationToken cancellationToken)
    {
        await RoundAsync("warm-up of ours", lab.Ingress, ours, WarmUp, cancellationToken);
        await RoundAsync("warm-up of the chain", chain, bare, WarmUp / 3, cancellationToken);
        var rounds = new List<(double, double)>();
        for (var round = 1; round <= (arguments.Rounds ?? 3); round++)
        {
            var length = TimeSpan.FromSeconds(arguments.Seconds ?? 10);
            rounds.Add((
                await RoundAsync($"round {round}, ours", lab.Ingress, ours, length, cancellationToken),
                await RoundAsync($"round {round}, chain", chain, bare, length, cancellationToken)));
        }

        return BenchmarkResult.OfRounds("live", "ms", rounds);
    }

    private async Task<double> RoundAsync(string name, Uri address, LiveSubscriber subscriber, TimeSpan length, CancellationToken cancellationToken)
    {
        var tape = new RequestTape();
        Customers.AddWebhooks(tape, lab.Installation.Signer, sent, (int)(rate * length.TotalSeconds), LiveMessages.Customers);
        var latencies = subscriber.Expect(sent, tape.Count);
        sent += tape.Count;

        var before = ProcessTree.Read();
        using var generator = new LoadGenerator(address, Connections);
        var plan = new LoadPlan(tape, length, Answers.IsAccepted) { Rate = rate, Sending = subscriber.Sent, CountsLate = true };
        var load = await generator.RunAsync(plan, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        while (!latencies.IsComplete((int)load.Latencies.Count) && Stopwatch.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }

        var seen = latencies.Take();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name}: {seen}; {seen.Count} of {load.Latencies.Count} seen; answered {load}"));
        Console.WriteLine($"    processor time: {ProcessTree.Read().Since(before)}");
        return seen.Count >= load.Latencies.Count
            ? seen.At(0.99)
            : throw new TimeoutException($"{name}: {load.Latencies.Count - seen.Count} accepted events were not seen within {Patience.TotalSeconds} s, so there is no p99.");
    }

    private static async Task<Dictionary<string, string>> SettingsAsync(Lab lab, CancellationToken cancellationToken) => new(StringComparer.Ordinal)
    {
        [BareChain.VariableOf("postgres")] = (await ReferenceDatabase.OpenAsync(lab, cancellationToken)).Connection.ConnectionString,
        [BareChain.VariableOf("redis")] = (await lab.ConnectionStringAsync("redis", cancellationToken))!,
        [BareChain.VariableOf("rabbitmq")] = (await lab.ConnectionStringAsync("rabbitmq", cancellationToken))!,
    };
}
