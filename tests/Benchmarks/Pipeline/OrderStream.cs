using System.Diagnostics;
using Freshet.Benchmarks.Load;
using Freshet.Benchmarks.Running;

namespace Freshet.Benchmarks.Pipeline;

/// <summary>
/// Sends orders of random customers in batches of 100 and lets no more than a bounded number of events wait: what is measured is what can be
/// sustained, not how fast a queue grows.
/// </summary>
internal sealed class OrderStream(Lab lab, Backlog backlog, int customers, int connections)
{
    public const int BatchSize = 100;

    private const int MostWaiting = 20_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(3);
    private readonly RequestTape tape = new();
    private readonly List<int> sentTo = [];
    private volatile bool isOpen = true;

    /// <summary>Orders accepted of each customer so far.</summary>
    public Dictionary<int, int> Accepted { get; } = [];

    /// <summary>Sends for some time, waits until readers see everything, and says how many events per second that came to.</summary>
    /// <param name="length">How long to send.</param>
    /// <param name="mostEvents">How many are written down before the clock starts; when they are used up, sending ends early.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<StreamResult> RunAsync(TimeSpan length, int mostEvents, CancellationToken cancellationToken)
    {
        Write(mostEvents / BatchSize);
        using var generator = new LoadGenerator(lab.Ingress, connections);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(watching.Token);
        var started = Stopwatch.GetTimestamp();
        var load = await generator.RunAsync(
            new LoadPlan(tape, length, Answers.IsAccepted) { IsOpen = () => isOpen, CountsLate = true }, cancellationToken);
        await watching.CancelAsync();
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (load.Failures.Count > 0)
        {
            throw new InvalidOperationException($"Some batches were refused, so nobody knows what was to be applied: {load}.");
        }

        await DrainAsync(cancellationToken);
        Remember((int)load.Latencies.Count * BatchSize);
        return new(load.Latencies.Count * BatchSize, Stopwatch.GetElapsedTime(started), load);
    }

    /// <summary>Waits until readers see everything that was accepted, by an earlier run as well.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Look / 5);
        while (await backlog.CountAsync(cancellationToken) is > 0 and var waiting)
        {
            if (Stopwatch.GetElapsedTime(started) > LongestDrain)
            {
                throw new TimeoutException($"{waiting} events still wait after {LongestDrain.TotalSeconds} s.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private void Write(int batches)
    {
        tape.Clear();
        sentTo.Clear();
        for (var batch = 0; batch < batches; batch++)
        {
            var chosen = Enumerable.Range(0, BatchSize).Select(_ => Random.Shared.Next(customers)).ToArray();
            sentTo.AddRange(chosen);
            Customers.AddOrders(tape, chosen);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            isOpen = await backlog.CountAsync(cancellationToken) < MostWaiting;
        }
    }

    private void Remember(int count)
    {
        foreach (var customer in sentTo.Take(count))
        {
            Accepted[customer] = Accepted.GetValueOrDefault(customer) + 1;
        }
    }
}

/// <summary>What a stretch of the stream came to.</summary>
/// <param name="Events">Accepted, applied and published.</param>
/// <param name="Elapsed">From the first byte sent until readers see the last event.</param>
/// <param name="Load">The sender's view, in batches.</param>
internal sealed record StreamResult(long Events, TimeSpan Elapsed, LoadResult Load)
{
    public double Rate => Events / Elapsed.TotalSeconds;
}
