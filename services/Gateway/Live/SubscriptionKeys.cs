using Freshet.Profiles.Reading;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Live;

/// <summary>
/// Knows which profile the key of a subscription means. It looks up keys that mean nobody yet whenever changes came in, and from
/// time to time all keys, because a merge or an unmerge gives a key to another profile. One read for all subscriptions together.
/// </summary>
internal sealed partial class SubscriptionKeys(
    ProfileReader reader, ChangeFeed feed, IOptions<LiveOptions> options, TimeProvider clock, ILogger<SubscriptionKeys> logger)
    : BackgroundService
{
    private const int QuietRounds = 20;

    private readonly Lock gate = new();
    private readonly List<Watch> watches = [];

    /// <summary>Looks the key up now, and again until the watch is disposed.</summary>
    public async Task<IDisposable> WatchAsync(ProfileKey key, ChangeSubscription subscription, CancellationToken ct)
    {
        var watch = new Watch(this, key, subscription);
        lock (gate)
        {
            watches.Add(watch);
        }

        await LookUpAsync([watch], ct);
        return watch;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.LookUpInterval, clock);
        try
        {
            StreamPlace? last = null;
            for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
            {
                var now = feed.Position;
                await LookUpAsync(Due(round % QuietRounds == 0, now != last), stoppingToken);
                last = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private Watch[] Due(bool all, bool advanced)
    {
        lock (gate)
        {
            return all ? [.. watches] : advanced ? [.. watches.Where(watch => watch.Subscription.Filter.IsNobody)] : [];
        }
    }

    private async Task LookUpAsync(IReadOnlyList<Watch> due, CancellationToken ct)
    {
        if (due.Count == 0)
        {
            return;
        }

        try
        {
            // Taken before the look-up: entries up to here belong to profiles that the look-up sees.
            var place = feed.Position;
            var found = await reader.GetAsync([.. due.Select(watch => watch.Key)], ct);
            foreach (var (watch, document) in due.Zip(found))
            {
                Note(watch, document, place);
            }
        }
        catch (StoreUnavailableException failure)
        {
            // Whom a key means stays as it was until the next round.
            Log.LookUpFailed(logger, failure);
        }
    }

    private void Note(Watch watch, ProfileDocument? document, StreamPlace? place)
    {
        if (document is null)
        {
            if (place is { } here)
            {
                watch.Subscription.PassTo(here);
            }
        }
        else if (watch.Subscription.Filter.ProfileId != document.Id)
        {
            feed.Retarget(watch.Subscription, document.Id);
        }
    }

    private sealed class Watch(SubscriptionKeys keys, ProfileKey key, ChangeSubscription subscription) : IDisposable
    {
        public ProfileKey Key => key;

        public ChangeSubscription Subscription => subscription;

        public void Dispose()
        {
            lock (keys.gate)
            {
                keys.watches.Remove(this);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The keys of subscriptions cannot be looked up right now.")]
        public static partial void LookUpFailed(ILogger logger, Exception failure);
    }
}
