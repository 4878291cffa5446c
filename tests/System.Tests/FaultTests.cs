using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Freshet.Testing.Drivers;

namespace Freshet.System.Tests;

/// <summary>
/// Every server and host is killed once with SIGKILL while events come in. A sender resends what it got no answer for, with the same message id, as every
/// real sender does. Then: each profile counts each acknowledged order exactly once, and the ledger closes.
/// </summary>
[Collection(RunningFreshet.OneAtATime)]
public sealed class FaultTests(RunningFreshet freshet)
{
    private const int EventsPerSecond = 200;
    private const int Customers = 40;
    private const int Senders = 32;
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(4);
    private static readonly string[] Victims = ["postgres", "redis", "rabbitmq", "processing", "ingress"];

    private readonly Installation installation = freshet.Installation;

    [Fact]
    public async Task Killing_everything_once_under_load_loses_and_doubles_nothing()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(6));
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
        var acknowledged = new ConcurrentDictionary<int, int>();

        var load = SendAsync(acknowledged, sending.Token, timeout.Token);
        foreach (var victim in Victims)
        {
            await WaitAsync(Between, timeout.Token);
            Say($"killing {victim} after {acknowledged.Values.Sum()} acknowledged events");
            await KillAsync(victim, timeout.Token);
            await WaitAsync(Down, timeout.Token);
            await installation.App.ResourceCommands.ExecuteCommandAsync(victim, "resource-start", timeout.Token);
            await installation.WaitUntilHealthyAsync(victim, timeout.Token);
            Say($"{victim} is healthy again, {acknowledged.Values.Sum()} acknowledged");
        }

        await WaitAsync(Between, timeout.Token);
        await sending.CancelAsync();
        await load;

        var ledger = await installation.SettleAsync(TimeSpan.FromMinutes(3));
        ledger.Residue.ShouldBe(0);
        ledger.Parked.ShouldBe(0);
        acknowledged.Values.Sum().ShouldBeGreaterThan(Victims.Length * EventsPerSecond);
        foreach (var (customer, orders) in acknowledged)
        {
            (await OrdersOfAsync(customer, timeout.Token)).ShouldBe(orders, $"orders of customer {customer}");
        }
    }

    /// <summary>Sends at a steady rate; each message is sent again until it is acknowledged, so that nothing stays unknown.</summary>
    private Task SendAsync(ConcurrentDictionary<int, int> acknowledged, CancellationToken stop, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var sequence = 0;
        return Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!stop.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                if (Volatile.Read(ref sequence) < Stopwatch.GetElapsedTime(started).TotalSeconds * EventsPerSecond)
                {
                    await SendOneAsync(Interlocked.Increment(ref sequence) % Customers);
                }
            }
        }));

        async Task SendOneAsync(int customer)
        {
            var messageId = $"order_{Guid.CreateVersion7():N}";
            while (!await TrySendAsync(customer, messageId, cancellationToken))
            {
                await WaitAsync(TimeSpan.FromMilliseconds(250), cancellationToken);
            }

            acknowledged.AddOrUpdate(customer, 1, (_, orders) => orders + 1);
        }
    }

    private async Task<bool> TrySendAsync(int customer, string messageId, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = string.Create(CultureInfo.InvariantCulture,
            $$$"""{"type":"order.completed","timestamp":"{{{now:O}}}","data":{"user_id":"fault-{{{customer}}}","total":1}}""");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            using var request = installation.Signer.Sign("/webhooks/demo", messageId, now, Encoding.UTF8.GetBytes(body));
            using var response = await installation.Ingress.SendAsync(request, limit.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The answer is unknown: the same message goes again.
            return false;
        }
    }

    private async Task<long> OrdersOfAsync(int customer, CancellationToken cancellationToken)
    {
        var data = await installation.GraphQL.QueryAsync(
            "query($id: String!) { profile(by: { userId: $id }) { traits { ordersCount lifetimeValue } } }",
            new { id = $"fault-{customer}" }, cancellationToken);
        var traits = data.GetProperty("profile").GetProperty("traits");
        traits.GetProperty("lifetimeValue").GetDecimal().ShouldBe(traits.GetProperty("ordersCount").GetInt64());
        return traits.GetProperty("ordersCount").GetInt64();
    }

    private static void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {what}");

    private async Task KillAsync(string resource, CancellationToken cancellationToken)
    {
        installation.App.ResourceNotifications.TryGetCurrentState(resource, out var state).ShouldBeTrue();
        var pid = state!.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value;
        using var process = Process.GetProcessById(Convert.ToInt32(pid, CultureInfo.InvariantCulture));
        process.Kill(entireProcessTree: true);
        await installation.App.ResourceNotifications.WaitForResourceAsync(resource, KnownResourceStates.TerminalStates, cancellationToken);
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(cancellationToken);
    }
}
