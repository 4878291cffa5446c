using System.Text.Json;
using Freshet.Chaos.Load;
using Freshet.Testing;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Checking;

/// <summary>C5: no subscriber saw an older version after a newer one or an unannounced gap, and in the end all have the newest state.</summary>
internal static class SubscriberCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<Check> RunAsync(IReadOnlyList<Subscriber> subscribers, GraphQLClient gateway, CancellationToken ct)
    {
        var behind = await Task.WhenAll(subscribers.Select(subscriber => BehindAsync(subscriber, gateway, ct)));
        string[] wrongs = [.. behind.OfType<string>(), .. subscribers.SelectMany(subscriber => subscriber.Wrongs), .. subscribers.SelectMany(Gaps)];
        return new Check("C5 subscribers miss nothing", wrongs, $"{subscribers.Count} subscribers, {subscribers.Sum(one => one.Messages)} messages, "
            + $"{subscribers.Sum(one => one.Resyncs)} resyncs, {subscribers.Sum(one => one.Reconnects)} reconnects, "
            + $"{subscribers.Sum(one => one.Switches)} profiles that became others, "
            + $"{subscribers.Sum(one => one.Chain.Overtaken)} changes that came after a later one, {subscribers.Sum(one => one.Chain.Falls)} times events went over to another profile");
    }

    private static IEnumerable<string> Gaps(Subscriber subscriber) =>
        subscriber.Chain.Missing.Select(gap => $"{subscriber.User}: the changes from {gap.From} to {gap.To} orders never came, and there was no resync");

    private static async Task<string?> BehindAsync(Subscriber subscriber, GraphQLClient gateway, CancellationToken ct)
    {
        try
        {
            await Eventually.TrueAsync(async stop => subscriber.Orders == await OrdersAsync(gateway, subscriber.User, stop), "the newest state", Patience);
            return null;
        }
        catch (TimeoutException)
        {
            return $"{subscriber.User}: saw {subscriber.Orders} orders, the profile has {await OrdersAsync(gateway, subscriber.User, ct)}";
        }
    }

    private static async Task<long> OrdersAsync(GraphQLClient gateway, string user, CancellationToken ct)
    {
        var data = await gateway.QueryAsync("query($id: String!) { profile(by: { userId: $id }) { traits { ordersCount } } }", new { id = user }, ct);
        return data.GetProperty("profile") is { ValueKind: JsonValueKind.Object } profile ? profile.GetProperty("traits").GetProperty("ordersCount").GetInt64() : 0;
    }
}
