using Freshet.Profiles.Freshness;

namespace Freshet.Gateway.Live;

/// <summary>The state of one subscriber between the feed that pushes and the reader that pulls.</summary>
/// <remarks>
/// Either it is live: the feed offers every new entry. Or it is behind (it resumes from a cursor, or its buffer was full): then
/// its reader reads pages of the stream itself until it has caught up. So a slow reader costs a bounded buffer and misses nothing.
/// Every member takes the lock; the feed's lock is always taken before it.
/// </remarks>
internal sealed class ChangeSubscription(ChangeFilter wanted, int capacity, StreamPlace start)
{
    private readonly Lock gate = new();
    private readonly Coalescer coalescer = new(capacity, start);
    private TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChangeFilter filter = wanted;
    private bool isLive;

    // Of what it reads itself while it is behind: that may be older than what the feed remembers.
    private RecentChanges? recent;
    private bool isBroken;

    public ChangeFilter Filter
    {
        get
        {
            lock (gate)
            {
                return filter;
            }
        }
    }

    public StreamPlace Position
    {
        get
        {
            lock (gate)
            {
                return coalescer.Position;
            }
        }
    }

    public bool IsLive
    {
        get
        {
            lock (gate)
            {
                return isLive;
            }
        }
    }

    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return coalescer.Count;
            }
        }
    }

    /// <summary>Called by the feed for a new entry.</summary>
    public void Publish(StreamPlace place, ChangeEntry entry)
    {
        lock (gate)
        {
            if (!isLive || place <= coalescer.Position)
            {
                return;
            }

            isLive = Take(place, entry);
            Wake();
        }
    }

    /// <summary>Called by the reader with a page that it read itself.</summary>
    /// <param name="page">What follows <see cref="Position"/>.</param>
    /// <param name="ofFeed">The feed's memory of repeated changes.</param>
    public void Add(IReadOnlyList<ChangeEntry> page, RecentChanges ofFeed)
    {
        lock (gate)
        {
            foreach (var entry in page)
            {
                var place = StreamPlace.Of(entry.Cursor);
                if (place > coalescer.Position && !TakeOnce(place, entry, ofFeed))
                {
                    return;
                }
            }
        }
    }

    /// <summary>From here on the feed offers every entry behind <paramref name="feed"/>. False: the reader has not come that far.</summary>
    public bool TryGoLive(StreamPlace feed)
    {
        lock (gate)
        {
            isLive = coalescer.Position >= feed;
            recent = isLive ? null : recent;
            return isLive;
        }
    }

    /// <summary>Of whom the key speaks became known, or changed by a merge; in the latter case what was seen so far is of no use.</summary>
    public void Retarget(Guid profileId)
    {
        lock (gate)
        {
            isBroken |= !filter.IsNobody;
            isLive = false;
            filter = filter with { ProfileId = profileId };
            Wake();
        }
    }

    /// <summary>Nobody had that key when the stream was here, so nothing up to here can concern it.</summary>
    public void PassTo(StreamPlace place)
    {
        lock (gate)
        {
            if (filter.IsNobody && place > coalescer.Position)
            {
                coalescer.Pass(place);
            }
        }
    }

    /// <summary>The stream lost entries that this subscriber may not have seen.</summary>
    public void Break()
    {
        lock (gate)
        {
            isBroken = true;
            isLive = false;
            Wake();
        }
    }

    /// <summary>Whether entries were lost. Then it forgets what waits and goes on, live, from where the feed is.</summary>
    public bool TryRestart(StreamPlace feed)
    {
        lock (gate)
        {
            if (!isBroken)
            {
                return false;
            }

            coalescer.Restart(feed);
            isBroken = false;
            return isLive = true;
        }
    }

    public LiveChange? TakeNext()
    {
        lock (gate)
        {
            return !isBroken && coalescer.TryTake(out var item) ? item : null;
        }
    }

    /// <summary>Completes when there may be something new since the last such wait.</summary>
    public async Task SignaledAsync(CancellationToken ct)
    {
        Task signaled;
        lock (gate)
        {
            signaled = signal.Task;
        }

        await signaled.WaitAsync(ct);
        lock (gate)
        {
            signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private bool TakeOnce(StreamPlace place, ChangeEntry entry, RecentChanges ofFeed)
    {
        recent ??= new RecentChanges();
        if (recent.IsRepeated(entry, place) || ofFeed.IsRepeated(entry, place))
        {
            coalescer.Pass(place);
            return true;
        }

        if (!Take(place, entry))
        {
            return false;
        }

        recent.Add(entry, place);
        return true;
    }

    private bool Take(StreamPlace place, ChangeEntry entry)
    {
        if (entry.Change is { } change && filter.Of(change) is { } wanted)
        {
            return coalescer.Offer(place, change.ProfileId, change.Version, wanted);
        }

        coalescer.Pass(place);
        return true;
    }

    private void Wake() => signal.TrySetResult();
}
