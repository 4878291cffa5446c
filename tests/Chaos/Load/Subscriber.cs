using System.Net.WebSockets;
using System.Text.Json;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Load;

/// <summary>
/// Follows one profile for the whole run, and comes back with its cursor whenever the connection is lost. It notes what a subscriber must
/// never see: an older version after a newer one, or a change that is missing without <c>resync</c>.
/// </summary>
internal sealed class Subscriber(Uri gateway, string user)
{
    private const string Query =
        """
        subscription($id: String!, $after: Cursor) {
          profileChanged(by: { userId: $id }, after: $after) {
            cursor resync conflated profile { id version traits { ordersCount } } changes { name before after }
          }
        }
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private string? cursor;
    private string? profileId;
    private long version;
    private long seenOrders;

    public string User => user;

    /// <summary>The number of orders that was seen last. The version tells less: an event can change a profile without changing what is seen of it.</summary>
    public long Orders => Volatile.Read(ref seenOrders);

    public int Messages { get; private set; }

    public int Resyncs { get; private set; }

    public int Reconnects { get; private set; }

    /// <summary>How often the key spoke of another profile than before, outside of a resync.</summary>
    public int Switches { get; private set; }

    public List<string> Wrongs { get; } = [];

    /// <summary>The changes of the number of orders, which grows by every order.</summary>
    public ChangeChain Chain { get; } = new();

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var subscription = await GraphQLSubscription.StartAsync(
                    gateway, Installation.ApiKey, Query, new { id = user, after = cursor }, stop);
                await foreach (var message in subscription.ReadAllAsync(stop))
                {
                    See(message.GetProperty("profileChanged"));
                }
            }
            catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException or InvalidOperationException or OperationCanceledException)
            {
                // The gateway or the way to it is gone for a while; the cursor tells where to go on.
            }

            Reconnects++;
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void See(JsonElement change)
    {
        cursor = change.GetProperty("cursor").GetString();
        Messages++;
        var profile = change.GetProperty("profile");
        var isResync = change.GetProperty("resync").GetBoolean();
        Resyncs += isResync ? 1 : 0;
        var (seenId, seenVersion) = (profile.GetProperty("id").GetString(), profile.GetProperty("version").GetInt64());

        // The profile is read when the change is delivered, so a merge can show the heir before its resync comes, and after a reconnect without
        // one. Who sees another id takes the profile that came with it as the new state: changes of two profiles make no chain.
        var isAnother = profileId is not null && seenId != profileId;
        Switches += !isResync && isAnother ? 1 : 0;

        // The document is the profile as it is now, so two changes in a row may bear the same version.
        if (!isResync && seenId == profileId && seenVersion < version)
        {
            Wrongs.Add($"{user}: version {seenVersion} came after {version}");
        }

        var now = profile.GetProperty("traits").GetProperty("ordersCount").GetInt64();
        Follow(change, isResync || isAnother, now);
        (profileId, version) = (seenId, seenVersion);
        Volatile.Write(ref seenOrders, now);
    }

    private void Follow(JsonElement change, bool isNewState, long now)
    {
        if (isNewState)
        {
            Chain.Restart(now);
            return;
        }

        foreach (var trait in change.GetProperty("changes").EnumerateArray().Where(trait => trait.GetProperty("name").GetString() == "orders_count"))
        {
            Chain.Add(Number(trait, "before"), Number(trait, "after"));
        }
    }

    private static long Number(JsonElement trait, string name) => trait.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;
}
