using System.Diagnostics;
using System.Globalization;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks;

/// <summary>Events a second from <c>/v1/batch</c> until the last one is applied and readable: sent in batches of 100 by a few senders, then drained.</summary>
internal static class PipelineBenchmark
{
    private const int Senders = 4;
    private const int BatchSize = 100;
    private const int Customers = 20_000;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    public static async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        await using var installation = await Installation.StartAsync<Projects.AppHost>(cancellationToken);
        using var client = Sender.CreateClient(installation.Ingress.BaseAddress!);
        await SendAsync(installation, client, TimeSpan.FromSeconds(5), cancellationToken);
        var before = await installation.SettleAsync(TimeSpan.FromMinutes(2));

        var started = Stopwatch.GetTimestamp();
        await SendAsync(installation, client, Length, cancellationToken);
        var sending = Stopwatch.GetElapsedTime(started);
        var after = await installation.SettleAsync(TimeSpan.FromMinutes(5));
        var elapsed = Stopwatch.GetElapsedTime(started);

        var events = after.Applied - before.Applied;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  accepted {events / sending.TotalSeconds:0}/s for {sending.TotalSeconds:0.0} s, drained after {elapsed.TotalSeconds:0.0} s, residue {after.Residue}"));
        return string.Create(CultureInfo.InvariantCulture, $"pipeline ours={events / elapsed.TotalSeconds:0}");
    }

    private static Task SendAsync(Installation installation, HttpClient client, TimeSpan length, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                using var request = Sender.Batch(Installation.WriteKey, Enumerable.Range(0, BatchSize).Select(_ => Random.Shared.Next(Customers)));
                using var response = await client.SendAsync(request, cancellationToken);
                response.EnsureSuccessStatusCode();
            }
        }));
    }
}
