using Freshet.Profiles.Freshness;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Live;

/// <summary>
/// The one reader of the change stream in this process. In: entries from Redis. Out: every entry to the subscriptions that want it,
/// every batch id to who waits for a position. It never waits for a subscriber, and it notices when Redis lost entries.
/// </summary>
internal sealed partial class ChangeFeed(ChangeLog log, BatchSignals signals, IOptions<LiveOptions> options, TimeProvider clock, ILogger<ChangeFeed> logger)
    : BackgroundService
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, List<ChangeSubscription>> byProfile = [];
    private readonly List<ChangeSubscription> unfiltered = [];
    private TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Null until the stream was read once, and after a loss until it can be read again. Guarded by gate.
    private StreamPlace? position;

    /// <summary>Which changes went through lately.</summary>
    public RecentChanges Recent { get; } = new();

    public int Subscribers { get; private set; }

    /// <summary>The last entry that went to the subscriptions; null while Redis was never reached.</summary>
    public StreamPlace? Position
    {
        get
        {
            lock (gate)
            {
                return position;
            }
        }
    }

    public Task StartedAsync(CancellationToken ct)
    {
        lock (gate)
        {
            return started.Task.WaitAsync(ct);
        }
    }

    /// <summary>A subscription to what comes from now on, or, behind <paramref name="after"/>, to what came since.</summary>
    public ChangeSubscription Open(ChangeFilter filter, StreamPlace? after)
    {
        lock (gate)
        {
            var now = position ?? throw new InvalidOperationException("The change feed has not started: wait for StartedAsync.");
            var subscription = new ChangeSubscription(filter, options.Value.ProfilesPerSubscriber, after ?? now);
            if (after is null)
            {
                subscription.TryGoLive(now);
            }

            ListOf(filter).Add(subscription);
            Subscribers++;
            return subscription;
        }
    }

    public void Close(ChangeSubscription subscription)
    {
        lock (gate)
        {
            Forget(subscription);
            Subscribers--;
        }
    }

    /// <summary>The key of a subscription now means this profile.</summary>
    public void Retarget(ChangeSubscription subscription, Guid profileId)
    {
        lock (gate)
        {
            if (Forget(subscription))
            {
                subscription.Retarget(profileId);
                ListOf(subscription.Filter).Add(subscription);
            }
        }
    }

    /// <summary>False: the feed is further than the subscription, which must read on by itself.</summary>
    public bool TryGoLive(ChangeSubscription subscription)
    {
        lock (gate)
        {
            return position is { } now && subscription.TryGoLive(now);
        }
    }

    /// <summary>True: entries were lost, and the subscription goes on from here.</summary>
    public bool TryRestart(ChangeSubscription subscription)
    {
        lock (gate)
        {
            return position is { } now && subscription.TryRestart(now);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isAway = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadOnAsync(stoppingToken);
                if (isAway)
                {
                    Log.StreamBack(logger);
                }

                isAway = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The host loop: whatever Redis throws, the feed reads on when it is back.
                if (!isAway)
                {
                    Log.StreamFailed(logger, failure);
                }

                isAway = true;
                await Task.Delay(options.Value.RetryDelay, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    internal async Task ReadOnAsync(CancellationToken ct)
    {
        if (Position is not { } from)
        {
            Start(await log.LatestAsync(ct));
            return;
        }

        var page = await log.ReadAsync(from, options.Value.PageSize, options.Value.Block, ct);
        if (!await log.ContainsAsync(from, ct))
        {
            Log.StreamLost(logger, from.ToString());
            Break(await log.LatestAsync(ct));
            return;
        }

        if (page.Count > 0)
        {
            Publish(page);
        }
    }

    private void Start(StreamPlace latest)
    {
        lock (gate)
        {
            position = latest;
            started.TrySetResult();
        }
    }

    private void Break(StreamPlace latest)
    {
        lock (gate)
        {
            position = latest;
            foreach (var subscription in unfiltered.Concat(byProfile.Values.SelectMany(list => list)))
            {
                subscription.Break();
            }
        }
    }

    private void Publish(IReadOnlyList<ChangeEntry> page)
    {
        foreach (var entry in page)
        {
            var place = StreamPlace.Of(entry.Cursor);
            lock (gate)
            {
                position = place;
                Publish(place, Once(place, entry));
            }

            signals.Announce(entry.BatchId);
        }
    }

    // A repeated change is to subscribers like an entry without a change.
    private ChangeEntry Once(StreamPlace place, ChangeEntry entry)
    {
        if (Recent.IsRepeated(entry, place))
        {
            return entry with { Change = null };
        }

        Recent.Add(entry, place);
        return entry;
    }

    private void Publish(StreamPlace place, ChangeEntry entry)
    {
        foreach (var subscription in unfiltered)
        {
            subscription.Publish(place, entry);
        }

        if (entry.Change is { } change && byProfile.TryGetValue(change.ProfileId, out var ofProfile))
        {
            foreach (var subscription in ofProfile)
            {
                subscription.Publish(place, entry);
            }
        }
    }

    // False: it was closed meanwhile.
    private bool Forget(ChangeSubscription subscription)
    {
        var filter = subscription.Filter;
        var known = ListOf(filter).Remove(subscription);
        if (filter.ProfileId is { } profileId && byProfile[profileId].Count == 0)
        {
            byProfile.Remove(profileId);
        }

        return known;
    }

    private List<ChangeSubscription> ListOf(ChangeFilter filter)
    {
        if (filter.ProfileId is not { } profileId)
        {
            return unfiltered;
        }

        if (!byProfile.TryGetValue(profileId, out var list))
        {
            byProfile.Add(profileId, list = []);
        }

        return list;
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Information, "The change stream is read again.", EventName = "changes.back")]
        public static partial void StreamBack(ILogger logger);

        [LoggerMessage(1, LogLevel.Warning, "The change stream cannot be read; subscriptions wait until it can.", EventName = "changes.away")]
        public static partial void StreamFailed(ILogger logger, Exception failure);

        [LoggerMessage(2, LogLevel.Warning, "The change stream lost entries after {Cursor}: subscribers are told to read again.", EventName = "changes.lost")]
        public static partial void StreamLost(ILogger logger, string cursor);
    }
}
