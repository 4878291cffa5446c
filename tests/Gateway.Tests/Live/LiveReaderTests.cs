using CsCheck;
using Freshet.Gateway.Live;
using Freshet.Profiles.Freshness;

namespace Freshet.Gateway.Tests.Live;

public sealed class LiveReaderTests
{
    private static readonly Guid[] Profiles = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];

    [Fact]
    public async Task A_subscriber_gets_what_comes_after_it_subscribed()
    {
        var stream = new ListStream();
        stream.Append(Profiles[0], 1);
        await stream.PumpAsync();
        var reader = stream.Open(ChangeFilter.All);

        reader.Next().ShouldBeNull();
        stream.Append(Profiles[1], 1);
        await stream.PumpAsync();

        await NextIsAsync(reader, Profiles[1], 1);
    }

    [Fact]
    public async Task A_cursor_goes_on_exactly_behind_it()
    {
        var stream = new ListStream();
        await stream.PumpAsync();
        var seen = stream.Append(Profiles[0], 1);
        stream.Append(Profiles[0], 2);
        stream.Append(Profiles[1], 1);
        await stream.PumpAsync();

        var items = stream.Open(ChangeFilter.All, StreamPlace.Of(seen.Cursor)).Rest();

        items.Select(item => (Of(item).ProfileId, Of(item).Version)).ShouldBe([(Profiles[0], 2), (Profiles[1], 1)]);
    }

    [Fact]
    public async Task A_slow_reader_costs_a_bounded_buffer_and_still_misses_nothing()
    {
        var stream = new ListStream(profilesPerSubscriber: 10, pageSize: 50);
        await stream.PumpAsync();
        var reader = stream.Open(ChangeFilter.All);
        var profiles = Enumerable.Range(0, 500).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            stream.Append(profiles[i % profiles.Length], (i / profiles.Length) + 1);
        }

        while (stream.Feed.Position < StreamPlace.Of(stream.Entries[^1].Cursor))
        {
            await stream.PumpAsync();
            reader.Subscription.Waiting.ShouldBeLessThanOrEqualTo(10);
        }

        var items = reader.Rest().Select(Of).ToList();
        items.Sum(item => 1 + item.Conflated).ShouldBe(20_000);
        profiles.ShouldAllBe(profile => items.Last(item => item.ProfileId == profile).Version == 40);
        reader.Subscription.IsLive.ShouldBeTrue();
    }

    [Fact]
    public async Task Changes_of_one_profile_that_nobody_reads_fold_into_one_item_with_their_count()
    {
        var stream = new ListStream();
        await stream.PumpAsync();
        var reader = stream.Open(new ChangeFilter(Profiles[0], null));
        for (var version = 1; version <= 1_000; version++)
        {
            stream.Append(Profiles[0], version);
        }

        await stream.PumpAsync();
        await stream.PumpAsync();

        var item = Of(reader.Rest().ShouldHaveSingleItem());
        item.Conflated.ShouldBe(999);
        item.Changes.Single().Before.GetInt64().ShouldBe(0);
        item.Changes.Single().After.GetInt64().ShouldBe(1_000);
    }

    [Fact]
    public async Task A_change_that_the_relay_repeats_arrives_once()
    {
        var stream = new ListStream();
        await stream.PumpAsync();
        var reader = stream.Open(ChangeFilter.All);
        var entry = stream.Append(Profiles[0], 1);
        await stream.PumpAsync();
        Of(reader.Next()).Conflated.ShouldBe(0);

        stream.Repeat(entry);
        await stream.PumpAsync();

        reader.Next().ShouldBeNull();
        stream.Open(ChangeFilter.All, StreamPlace.Beginning).Rest().Count.ShouldBe(1);
    }

    [Fact]
    public async Task When_the_stream_is_lost_a_subscriber_to_one_profile_is_told_to_take_it_anew()
    {
        var stream = new ListStream();
        stream.Append(Profiles[0], 1);
        await stream.PumpAsync();
        var reader = stream.Open(new ChangeFilter(Profiles[0], null));

        stream.Flush();
        stream.Append(Profiles[0], 3);
        await stream.PumpAsync();

        (await EventuallyNextAsync(reader)).ShouldBeOfType<LiveItem.Resync>().ProfileId.ShouldBe(Profiles[0]);
        stream.Append(Profiles[0], 4);
        await stream.PumpAsync();
        Of(await EventuallyNextAsync(reader)).Version.ShouldBe(4);
    }

    [Fact]
    public async Task When_the_stream_is_lost_a_subscriber_to_everything_is_refused_and_never_misses_in_silence()
    {
        var stream = new ListStream();
        stream.Append(Profiles[0], 1);
        await stream.PumpAsync();
        var reader = stream.Open(ChangeFilter.All);

        stream.Flush();
        await stream.PumpAsync();

        (await EventuallyNextAsync(reader)).ShouldBeOfType<LiveItem.Expired>();
        reader.Next().ShouldBeNull();
        stream.Feed.Subscribers.ShouldBe(0);
    }

    [Fact]
    public async Task A_cursor_that_was_trimmed_away_is_expired()
    {
        var stream = new ListStream();
        await stream.PumpAsync();
        var old = stream.Append(Profiles[0], 1);
        stream.Append(Profiles[0], 2);
        stream.Append(Profiles[1], 1);
        await stream.PumpAsync();
        stream.Trim(2);

        stream.Open(ChangeFilter.All, StreamPlace.Of(old.Cursor)).Rest().Single().ShouldBeOfType<LiveItem.Expired>();
        stream.Open(new ChangeFilter(Profiles[1], null), StreamPlace.Of(old.Cursor)).Rest()[0].ShouldBeOfType<LiveItem.Resync>();
    }

    [Fact]
    public async Task A_key_that_nobody_has_yet_is_followed_from_where_it_last_meant_nobody()
    {
        var stream = new ListStream();
        await stream.PumpAsync();
        var reader = stream.Open(new ChangeFilter(Guid.Empty, null));
        stream.Append(Profiles[0], 1);
        var looked = stream.Append(Profiles[1], 1);
        stream.Append(Profiles[0], 2);
        await stream.PumpAsync();
        reader.Next().ShouldBeNull();

        reader.Subscription.PassTo(StreamPlace.Of(looked.Cursor));
        stream.Feed.Retarget(reader.Subscription, Profiles[0]);

        var item = Of(await EventuallyNextAsync(reader));
        (item.ProfileId, item.Version, item.Conflated).ShouldBe((Profiles[0], 2, 0));
    }

    [Fact]
    public async Task A_key_that_now_means_another_profile_starts_anew()
    {
        var stream = new ListStream();
        await stream.PumpAsync();
        var reader = stream.Open(new ChangeFilter(Profiles[0], null));
        reader.Next().ShouldBeNull();

        stream.Feed.Retarget(reader.Subscription, Profiles[1]);

        (await EventuallyNextAsync(reader)).ShouldBeOfType<LiveItem.Resync>().ProfileId.ShouldBe(Profiles[1]);
    }

    // Steps: 0-3 changes that profile, 4 repeats an entry, 5-6 the feed reads, 7-9 the subscriber takes an item.
    [Fact]
    public void However_it_is_interleaved_no_change_is_missed_or_told_twice() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[0, 9].Array[0, 80], Gen.Int[0, 80]).Sample((capacity, pageSize, steps, resumeAt) =>
        {
            var (stream, items) = Run(capacity, pageSize, steps);
            var originals = stream.Entries.DistinctBy(Key).ToList();

            items.Sum(item => 1 + item.Conflated).ShouldBe(originals.Count);
            originals.GroupBy(entry => entry.Change!.ProfileId).ShouldAllBe(
                group => items.Last(item => item.ProfileId == group.Key).Version == group.Max(entry => entry.Change!.Version));
            items.Zip(items.Skip(1)).ShouldAllBe(pair => pair.First.Cursor <= pair.Second.Cursor);

            // Whoever stops anywhere and goes on from the last cursor misses nothing either.
            var told = items.Take(resumeAt).ToList();
            var from = told.Count == 0 ? StreamPlace.Beginning : told[^1].Cursor;
            var resumed = stream.Open(ChangeFilter.All, from).Rest().Select(Of).ToList();
            originals.GroupBy(entry => entry.Change!.ProfileId).ShouldAllBe(
                group => told.Concat(resumed).Where(item => item.ProfileId == group.Key).Sum(item => 1 + item.Conflated) >= group.Count());
            originals.GroupBy(entry => entry.Change!.ProfileId).ShouldAllBe(
                group => told.Concat(resumed).Last(item => item.ProfileId == group.Key).Version == group.Max(entry => entry.Change!.Version));
        }, iter: 300);

    private static (ListStream Stream, List<LiveChange> Items) Run(int capacity, int pageSize, int[] steps)
    {
        var stream = new ListStream(capacity, pageSize);
        var versions = new long[Profiles.Length];
        stream.PumpAsync().GetAwaiter().GetResult();
        var reader = stream.Open(ChangeFilter.All);
        var items = new List<LiveChange>();
        foreach (var (step, index) in steps.Select((step, index) => (step, index)))
        {
            switch (step)
            {
                case < 4:
                    stream.Append(Profiles[step], ++versions[step]);
                    break;
                case 4 when stream.Entries.Count > 0:
                    stream.Repeat(stream.Entries[index % stream.Entries.Count]);
                    break;
                case 5 or 6:
                    stream.PumpAsync().GetAwaiter().GetResult();
                    break;
                case > 6 when reader.Next() is { } item:
                    items.Add(Of(item));
                    break;
            }
        }

        Drain(stream, reader, items);
        return (stream, items);
    }

    private static void Drain(ListStream stream, PulledItems reader, List<LiveChange> items)
    {
        while (stream.Entries.Count > 0 && stream.Feed.Position < StreamPlace.Of(stream.Entries[^1].Cursor))
        {
            stream.PumpAsync().GetAwaiter().GetResult();
        }

        // A reader that waited is woken on another thread.
        SpinWait.SpinUntil(() =>
        {
            items.AddRange(reader.Rest().Select(Of));
            return items.Sum(item => 1 + item.Conflated) >= stream.Entries.DistinctBy(Key).Count();
        }, TimeSpan.FromSeconds(5));
    }

    private static (Guid, long) Key(ChangeEntry entry) => (entry.Change!.ProfileId, entry.Change.Version);

    private static LiveChange Of(LiveItem? item) => item.ShouldBeOfType<LiveItem.Changed>().Change;

    private static async Task NextIsAsync(PulledItems reader, Guid profileId, long version)
    {
        var change = Of(await EventuallyNextAsync(reader));
        (change.ProfileId, change.Version).ShouldBe((profileId, version));
    }

    private static Task<LiveItem?> EventuallyNextAsync(PulledItems reader) =>
        Freshet.Testing.Eventually.GetAsync(_ => Task.FromResult(reader.Next()), item => item is not null, "an item");
}
