using System.Globalization;
using Aspire.Hosting.Testing;
using Freshet.Chaos.Faults;
using Freshet.Chaos.Hosting;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Attacks;

/// <summary>Two hundred subscribers to all changes who never read a byte: their windows close, and nothing may pile up for them.</summary>
internal sealed class SlowSubscriberAttack(ChaosInstallation installation) : Attack
{
    private const int Sockets = 200;
    private const int AllowedMegabytes = 64;
    private readonly Processes processes = new(installation.App);

    protected override async Task RunAsync(CancellationToken stop)
    {
        var before = Megabytes();
        var gateway = installation.App.GetEndpoint("gateway");
        var subscriptions = await Task.WhenAll(Enumerable.Range(0, Sockets).Select(_ => GraphQLSubscription.StartAsync(
            gateway, Installation.ApiKey, "subscription { profileChanged { cursor profile { id version identities { value } } changes { name before after } } }", cancellationToken: stop)));
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var grown = Megabytes() - before;
        Count(string.Create(CultureInfo.InvariantCulture, $"{(grown <= AllowedMegabytes ? "the gateway grew by" : "too much: the gateway grew by")} {grown} MB for {Sockets} sockets"));
        foreach (var subscription in subscriptions)
        {
            subscription.Abort();
        }
    }

    protected override bool IsWrong(string answer) => answer.StartsWith("too much", StringComparison.Ordinal);

    private int Megabytes()
    {
        var line = File.ReadLines($"/proc/{processes.PidOf("gateway")}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', '\t').Where(word => word.Length > 0).ElementAt(1), CultureInfo.InvariantCulture) / 1024;
    }
}
