using System.Globalization;
using System.Text;
using Freshet.Benchmarks.Load;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Running;

namespace Freshet.Benchmarks.Flood;

/// <summary>
/// The p99 of good webhooks at a steady rate while forged ones come at full speed, against the p99 of the same webhooks alone. The limits per address
/// are lifted, so that every forgery is judged.
/// </summary>
internal sealed class FloodBenchmark(Lab lab, BenchmarkArguments arguments)
{
    private const int Rate = 200;
    private const int GoodConnections = 32;
    private const int Forgeries = 1_000;
    private const int Customer = 1_000;
    private static readonly TimeSpan Drain = TimeSpan.FromMinutes(1);
    private readonly RequestTape good = new();
    private readonly RequestTape forged = new();
    private long sent;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync(cancellationToken);
        return await new FloodBenchmark(lab, arguments).MeasureAsync(cancellationToken);
    }

    private async Task<BenchmarkResult> MeasureAsync(CancellationToken cancellationToken)
    {
        await RoundAsync("warm-up", cancellationToken);
        var rounds = new List<(double, double)>();
        for (var round = 1; round <= (arguments.Rounds ?? 3); round++)
        {
            rounds.Add(await RoundAsync($"round {round}", cancellationToken));
        }

        return BenchmarkResult.OfRounds("flood", "ms", rounds);
    }

    private async Task<(double Ours, double Reference)> RoundAsync(string name, CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromSeconds(arguments.Seconds ?? 5);
        var alone = await GoodAsync(length, cancellationToken);
        AddForgeries();
        var flood = FloodAsync(length, cancellationToken);
        var beside = await GoodAsync(length, cancellationToken);
        var refused = await flood;
        await lab.Installation.SettleAsync(Drain);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: alone {alone}; beside {beside}; {refused.Latencies.Count} forgeries refused: {refused}"));
        return (beside.Latencies.At(0.99), alone.Latencies.At(0.99));
    }

    private async Task<LoadResult> GoodAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var rate = arguments.Rate ?? Rate;
        good.Clear();
        Customers.AddWebhooks(good, lab.Installation.Signer, sent, (int)(rate * length.TotalSeconds) + 1, arguments.Profiles ?? Customer);
        sent += good.Count;
        using var generator = new LoadGenerator(lab.Ingress, GoodConnections);
        return await generator.RunAsync(new LoadPlan(good, length, Answers.IsAccepted) { Rate = rate }, cancellationToken);
    }

    private async Task<LoadResult> FloodAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        using var generator = new LoadGenerator(lab.Ingress, arguments.Connections ?? 64);
        return await generator.RunAsync(new LoadPlan(forged, length, Answers.IsRefused) { Repeats = true }, cancellationToken);
    }

    // Of the right form and time, so that each costs us as much as a forgery can: the whole signature is computed.
    private void AddForgeries()
    {
        forged.Clear();
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = Encoding.UTF8.GetBytes("""{"type":"customer.updated","data":{"user_id":"forged","email":"forged@example.test"}}""");
        for (var number = 0; number < Forgeries; number++)
        {
            forged.AddPost("/webhooks/demo",
                string.Create(CultureInfo.InvariantCulture, $"webhook-id: forged_{number}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: v1,{Convert.ToBase64String(new byte[32])}\r\n"), body);
        }
    }
}
