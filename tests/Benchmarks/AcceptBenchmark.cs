using System.Diagnostics;
using System.Globalization;
using Freshet.Testing.Drivers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Freshet.Benchmarks;

/// <summary>
/// Single signed webhooks answered 2xx, against an endpoint that reads the body and answers 202. Both get the same requests from the same
/// senders in turn, so that the ratio holds when the machine's speed drifts.
/// </summary>
internal static class AcceptBenchmark
{
    private const int Connections = 32;
    private const int Rounds = 3;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    public static async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        await using var installation = await Installation.StartAsync<Projects.AppHost>(cancellationToken);
        await using var bare = await StartBareAsync();
        using var ours = Sender.CreateClient(installation.Ingress.BaseAddress!);
        using var reference = Sender.CreateClient(new Uri(bare.Urls.First()));

        await MeasureAsync(installation, ours, cancellationToken);
        await MeasureAsync(installation, reference, cancellationToken);
        var rates = new List<(double Ours, double Reference)>();
        for (var round = 0; round < Rounds; round++)
        {
            var (rate, latencies) = await MeasureAsync(installation, ours, cancellationToken);
            var (referenceRate, _) = await MeasureAsync(installation, reference, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ours {rate:0}/s {latencies}, bare {referenceRate:0}/s"));
            rates.Add((rate, referenceRate));
        }

        var median = rates.OrderBy(pair => pair.Ours / pair.Reference).ElementAt(Rounds / 2);
        return string.Create(CultureInfo.InvariantCulture,
            $"accept ours={median.Ours:0} reference={median.Reference:0} ratio={median.Ours / median.Reference:0.00}");
    }

    private static async Task<(double Rate, Percentiles Latencies)> MeasureAsync(
        Installation installation, HttpClient client, CancellationToken cancellationToken)
    {
        var latencies = new Percentiles();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < Round)
            {
                var sent = Stopwatch.GetTimestamp();
                using var request = Sender.Webhook(installation.Signer, Random.Shared.Next(10_000), 1);
                using var response = await client.SendAsync(request, cancellationToken);
                response.EnsureSuccessStatusCode();
                latencies.Add(Stopwatch.GetElapsedTime(sent));
            }
        }));
        return (latencies.Count / Stopwatch.GetElapsedTime(started).TotalSeconds, latencies);
    }

    private static async Task<WebApplication> StartBareAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/webhooks/{source}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            return TypedResults.Accepted((string?)null);
        });
        await app.StartAsync();
        return app;
    }
}
