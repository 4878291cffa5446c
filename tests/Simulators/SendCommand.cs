using System.Globalization;
using Freshet.Simulators.Sending;
using Freshet.Simulators.Signing;
using Microsoft.Extensions.Configuration;

namespace Freshet.Simulators;

/// <summary><c>send vendor --address=... --key=...</c>: delivers samples as a vendor does, and tells what became of them.</summary>
public static class SendCommand
{
    public static string Usage { get; } =
        $"""
        usage: send <vendor> --address=<url of the source> --key=<its secret> [--count=10] [--time-scale=0.001] [--seed=1]
               demo
        vendors: {string.Join(", ", Vendors.All.Select(vendor => vendor.Name))}
        For sendgrid the key is the private one (PKCS #8 in base64). --time-scale multiplies the vendor's waits.
        """;

    /// <returns>The exit code: 0 if nothing was lost, 1 if something was, 2 for a wrong command line.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken ct)
    {
        var options = new ConfigurationBuilder().AddCommandLine([.. args.Skip(1)]).Build();
        if (args.Length == 0 || Vendors.All.FirstOrDefault(one => one.Name == args[0]) is not { } vendor
            || !Uri.TryCreate(options["address"], UriKind.Absolute, out var address) || options["key"] is not { Length: > 0 } key)
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }

        var seed = Number(options["seed"], 1);
        var settings = new SenderSettings(address, key) { TimeScale = Number(options["time-scale"], 0.001), Seed = (int)seed };
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        var now = TimeProvider.System.GetUtcNow();
        var first = (int)(now.ToUnixTimeSeconds() % 1_000_000) * 1_000;
        var events = Enumerable.Range(first, (int)Number(options["count"], 10)).Select(number => SampleEvents.Of(vendor, number, now)).ToList();
        var deliveries = await new SimulatedSender(client, vendor, settings, TimeProvider.System).DeliverAsync(events, ct);
        foreach (var ending in deliveries.CountBy(delivery => delivery.Ending))
        {
            await output.WriteLineAsync($"{ending.Key}: {ending.Value}");
        }

        return deliveries.Any(delivery => delivery.IsLost) ? 1 : 0;
    }

    private static double Number(string? text, double otherwise) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
