using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks;

/// <summary>From the first byte of a webhook to the subscriber's <c>next</c>, at a steady rate: 500 events a second unless another is given.</summary>
internal static class LiveBenchmark
{
    private const int Customers = 5_000;
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    public static async Task<string> RunAsync(int eventsPerSecond, CancellationToken cancellationToken)
    {
        await using var installation = await Installation.StartAsync<Projects.AppHost>(cancellationToken);
        await using var subscription = await installation.SubscribeAsync(
            """subscription { profileChanged(traits: ["loyalty_points"]) { changes { name after } } }""", cancellationToken: cancellationToken);

        var sentAt = new ConcurrentDictionary<long, long>();
        var latencies = new Percentiles();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync();
        var sent = await SendAsync(installation, eventsPerSecond, sentAt, cancellationToken);
        await installation.SettleAsync(TimeSpan.FromMinutes(3));
        await stop.CancelAsync();
        await reading;

        return string.Create(CultureInfo.InvariantCulture, $"live ours={latencies} rate={eventsPerSecond}/s seen={latencies.Count} sent={sent}");

        async Task ReadAsync()
        {
            try
            {
                await foreach (var data in subscription.ReadAllAsync(stop.Token))
                {
                    foreach (var change in data.GetProperty("profileChanged").GetProperty("changes").EnumerateArray())
                    {
                        if (sentAt.TryRemove(change.GetProperty("after").GetInt64(), out var at))
                        {
                            latencies.Add(Stopwatch.GetElapsedTime(at));
                        }
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Every event has been applied: the measurement is over.
            }
        }
    }

    private static async Task<int> SendAsync(
        Installation installation, int eventsPerSecond, ConcurrentDictionary<long, long> sentAt, CancellationToken cancellationToken)
    {
        using var client = Sender.CreateClient(installation.Ingress.BaseAddress!);
        var tasks = new List<Task>();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var measured = 0;
        for (var sequence = 1; Stopwatch.GetElapsedTime(started) < Warmup + Length; await timer.WaitForNextTickAsync(cancellationToken))
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * eventsPerSecond); sequence <= due; sequence++)
            {
                var isMeasured = Stopwatch.GetElapsedTime(started) > Warmup;
                measured += isMeasured ? 1 : 0;
                tasks.Add(SendOneAsync(sequence, isMeasured));
            }
        }

        await Task.WhenAll(tasks);
        return measured;

        async Task SendOneAsync(int sequence, bool isMeasured)
        {
            using var request = Sender.Webhook(installation.Signer, sequence % Customers, sequence);
            if (isMeasured)
            {
                sentAt[sequence] = Stopwatch.GetTimestamp();
            }

            using var response = await client.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }
}
