using System.Text.Json;
using Freshet.Gateway.Live;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Tests.Live;

/// <summary>A change stream in a list, with a feed and readers over it. Nothing moves by itself: a test makes every step.</summary>
internal sealed class ListStream
{
    private readonly List<ChangeEntry> entries = [];
    private readonly IOptions<LiveOptions> options;
    private readonly ChangeLog log;
    private ulong last;

    public ListStream(int profilesPerSubscriber = 1_000, int pageSize = 500)
    {
        options = Options.Create(new LiveOptions { ProfilesPerSubscriber = profilesPerSubscriber, PageSize = pageSize });
        log = new ChangeLog(
            (after, count, _, _) => Task.FromResult<IReadOnlyList<ChangeEntry>>(
                [.. entries.Where(entry => StreamPlace.Of(entry.Cursor) > after).Take(count)]),
            _ => Task.FromResult(entries.Count == 0 ? StreamPlace.Beginning : StreamPlace.Of(entries[^1].Cursor)),
            (place, _) => Task.FromResult(place == StreamPlace.Beginning || entries.Any(entry => StreamPlace.Of(entry.Cursor) == place)));
        Feed = new ChangeFeed(log, new BatchSignals(), options, TimeProvider.System, NullLogger<ChangeFeed>.Instance);
        Reader = new LiveReader(log, Feed, options, TimeProvider.System, NullLogger<LiveReader>.Instance);
    }

    public ChangeFeed Feed { get; }

    public LiveReader Reader { get; }

    public IReadOnlyList<ChangeEntry> Entries => entries;

    public ChangeEntry Append(Guid profileId, long version)
    {
        var change = new TraitChange("plan", JsonSerializer.SerializeToElement(version - 1), JsonSerializer.SerializeToElement(version), "demo", Guid.Empty);
        var entry = new ChangeEntry($"{++last}-0", Guid.Empty, new ProfileChange(profileId, version, Guid.Empty, [change]));
        entries.Add(entry);
        return entry;
    }

    /// <summary>What the relay does when nobody confirmed the first time.</summary>
    public void Repeat(ChangeEntry entry) => entries.Add(entry with { Cursor = $"{++last}-0" });

    /// <summary>All data of the server is gone.</summary>
    public void Flush() => entries.Clear();

    public void Trim(int count) => entries.RemoveRange(0, count);

    /// <summary>The feed reads one page.</summary>
    public Task PumpAsync() => Feed.ReadOnAsync(CancellationToken.None);

    public PulledItems Open(ChangeFilter filter, StreamPlace? after = null)
    {
        var subscription = Feed.Open(filter, after);
        return new PulledItems(subscription, Reader.ReadAsync(subscription, CancellationToken.None).GetAsyncEnumerator());
    }
}

/// <summary>A reader that a test drives: it takes what is there and never waits.</summary>
internal sealed class PulledItems(ChangeSubscription subscription, IAsyncEnumerator<LiveItem> items)
{
    private Task<bool>? asked;

    public ChangeSubscription Subscription => subscription;

    /// <summary>The next item; null when there is none yet, or none any more.</summary>
    public LiveItem? Next()
    {
        var move = asked ?? items.MoveNextAsync().AsTask();
        asked = null;
        if (!move.IsCompleted)
        {
            asked = move;
            return null;
        }

        return move.GetAwaiter().GetResult() ? items.Current : null;
    }

    public IReadOnlyList<LiveItem> Rest()
    {
        var rest = new List<LiveItem>();
        while (Next() is { } item)
        {
            rest.Add(item);
        }

        return rest;
    }
}
