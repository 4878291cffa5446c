using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Freshet.Simulators.Demo;

/// <summary>Sends the demo stream until it is stopped: browsing as tracking calls, and what the shop knows as signed webhooks.</summary>
public sealed partial class DemoTraffic(IHttpClientFactory clients, IConfiguration configuration, TimeProvider time, ILogger<DemoTraffic> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = DemoOptions.Of(configuration);
        var address = new Uri(Required("services:ingress:http:0"));
        var script = new DemoScript(options.Seed, options.Customers);
        using var client = clients.CreateClient();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / options.EventsPerSecond), time);
        Log.Started(logger, options.EventsPerSecond, options.Customers, options.Seed);

        // A new start goes on with new events: the place in the stream is the time.
        var first = (int)(time.GetUtcNow().ToUnixTimeSeconds() % 100_000_000 * 10);
        for (var number = first; await timer.WaitForNextTickAsync(stoppingToken); number++)
        {
            await SendAsync(client, address, script.Call(number, time.GetUtcNow()), stoppingToken);
        }
    }

    private async Task SendAsync(HttpClient client, Uri address, DemoCall call, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, call.Path)) { Content = new StringContent(call.Body, Encoding.UTF8, "application/json") };
        Prove(request, call);
        try
        {
            using var answer = await client.SendAsync(request, ct);
            if (!answer.IsSuccessStatusCode)
            {
                Log.Refused(logger, call.MessageId, (int)answer.StatusCode);
            }
        }
        catch (HttpRequestException failure)
        {
            Log.Failed(logger, call.MessageId, failure.GetType().Name);
        }
    }

    private void Prove(HttpRequestMessage request, DemoCall call)
    {
        if (!call.IsWebhook)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Required("Parameters:demo-write-key") + ":")));
            return;
        }

        var key = Convert.FromBase64String(Required("Parameters:demo-webhook-secret")["whsec_".Length..]);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var mac = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{call.MessageId}.{now}.{call.Body}"));
        request.Headers.Add("webhook-id", call.MessageId);
        request.Headers.Add("webhook-timestamp", $"{now}");
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(mac)}");
    }

    private string Required(string key) =>
        configuration[key] ?? throw new InvalidOperationException($"The demo stream needs the configuration value {key}; AppHost sets it when Demo__Traffic is true.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Sends {Rate} events a second of {Customers} customers, seed {Seed}", EventName = "demo.started")]
        public static partial void Started(ILogger logger, double rate, int customers, int seed);

        [LoggerMessage(2, LogLevel.Warning, "Event {MessageId} was answered {Status}", EventName = "demo.refused")]
        public static partial void Refused(ILogger logger, string messageId, int status);

        [LoggerMessage(3, LogLevel.Warning, "Event {MessageId} could not be sent: {Failure}", EventName = "demo.failed")]
        public static partial void Failed(ILogger logger, string messageId, string failure);
    }
}
