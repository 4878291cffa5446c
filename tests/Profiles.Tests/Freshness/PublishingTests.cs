using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Tests.Storage;
using Freshet.Testing;
using StackExchange.Redis;

namespace Freshet.Profiles.Tests.Freshness;

/// <summary>On a real Redis; one logical database for this class, flushed before each test.</summary>
public sealed class PublishingTests
{
    // These tests are about what is read, on machines that may be busy; the one about the budget has the real one.
    private static readonly Dictionary<string, string?> Patient = new() { ["Freshness:ReadBudget"] = "00:00:09", ["Freshness:WriteBudget"] = "00:00:30" };

    private const string NoRedis = "127.0.0.1:1,connectTimeout=100";

    [Fact]
    public async Task A_published_profile_is_read_from_redis_alone()
    {
        await using var store = await CreateAsync();
        var batch = await ApplyAsync(store, Shop.Webhook("1", "profile.updated", new { user_id = "ada", email = "ada@example.com", traits = new { plan = "pro" } }));
        (await store.Get<BatchPublisher>().PublishAsync(batch, CancellationToken.None)).ShouldBeTrue();
        await store.Database.ExecuteAsync("truncate identities, profiles");

        var byEmail = await GetAsync(store, "email", "ada@example.com");

        byEmail.ShouldNotBeNull().Traits["plan"].Value.GetString().ShouldBe("pro");
        ProfileKey[] keys = [new ProfileKey.ById(byEmail.Id), new ProfileKey.ByIdentity(store.Identity("user_id", "ada")), new ProfileKey.ById(Guid.CreateVersion7())];
        var all = await store.Get<ProfileReader>().GetAsync(keys, CancellationToken.None);
        all.Select(document => document?.Id).ShouldBe([byEmail.Id, byEmail.Id, null]);
        (await store.Database.ScalarAsync<bool>("select outgoing is null and published_at is not null from event_batches")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_field_that_no_trait_takes_is_in_no_state_no_cache_and_no_change()
    {
        await using var store = await CreateAsync();
        var stream = store.Get<ChangeStream>();
        var start = await stream.LatestAsync(CancellationToken.None);
        await PublishAsync(store, Shop.Webhook("1", "profile.updated", new { user_id = "ada", hat = "chartreuse", traits = new { plan = "pro", coat = "chartreuse" } }));

        var stored = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        var cached = (await GetAsync(store, "user_id", "ada")).ShouldNotBeNull();
        var change = (await stream.ReadAsync(start, 10, TimeSpan.FromSeconds(2), CancellationToken.None)).ShouldHaveSingleItem().Change.ShouldNotBeNull();

        foreach (var traits in (string[][])[[.. stored.Traits.Keys], [.. cached.Traits.Keys], [.. change.Traits.Select(trait => trait.Name)]])
        {
            traits.ShouldBe(["plan"]);
        }

        string[] told = [.. new object[] { stored, cached, change }.Select(what => System.Text.Json.JsonSerializer.Serialize(what))];
        told.ShouldAllBe(text => text.Contains("pro") && !text.Contains("hat\"") && !text.Contains("coat") && !text.Contains("chartreuse"));
    }

    [Fact]
    public async Task Every_applied_batch_is_announced_and_changes_carry_what_changed()
    {
        await using var store = await CreateAsync();
        var stream = store.Get<ChangeStream>();
        var start = await stream.LatestAsync(CancellationToken.None);
        var first = await ApplyAsync(store, Shop.Webhook("1", "profile.updated", new { user_id = "ada", traits = new { plan = "pro" } }));
        var silent = await ApplyAsync(store, Shop.Raw("2", "not json"u8.ToArray()));
        foreach (var batch in (Guid[])[first, silent])
        {
            await store.Get<BatchPublisher>().PublishAsync(batch, CancellationToken.None);
        }

        var entries = await stream.ReadAsync(start, 10, TimeSpan.FromSeconds(2), CancellationToken.None);

        entries.Select(entry => entry.BatchId).ShouldBe([first, silent]);
        var change = entries[0].Change.ShouldNotBeNull();
        change.Version.ShouldBe(1);
        var plan = change.Traits.Single(trait => trait.Name == "plan");
        (plan.Before.ValueKind, plan.After.GetString()).ShouldBe((System.Text.Json.JsonValueKind.Undefined, "pro"));
        entries[1].Change.ShouldBeNull();
        (await stream.LatestAsync(CancellationToken.None)).ShouldBe(entries[1].Cursor);
        (await stream.ContainsAsync(entries[0].Cursor, CancellationToken.None)).ShouldBeTrue();
        (await stream.ContainsAsync("1-1", CancellationToken.None)).ShouldBeFalse();
        (await stream.ReadAsync(entries[0].Cursor, 10, TimeSpan.FromSeconds(2), CancellationToken.None)).ShouldHaveSingleItem().BatchId.ShouldBe(silent);
        (await stream.ReadAsync(entries[1].Cursor, 10, TimeSpan.FromMilliseconds(20), CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Places_from_before_a_restart_of_Redis_are_lost_though_their_entries_came_back()
    {
        await using var store = await CreateAsync();
        var stream = store.Get<ChangeStream>();
        var before = await stream.LatestAsync(CancellationToken.None);
        var batch = await ApplyAsync(store, Shop.Webhook("1", "profile.updated", new { user_id = "ada", traits = new { plan = "pro" } }));
        await store.Get<BatchPublisher>().PublishAsync(batch, CancellationToken.None);
        (await stream.ContainsAsync(before, CancellationToken.None)).ShouldBeTrue();
        var seen = (await stream.ReadAsync(before, 10, TimeSpan.Zero, CancellationToken.None)).ShouldHaveSingleItem().Cursor;

        // What another process of Redis finds in the file of the one before it.
        await store.Get<IConnectionMultiplexer>().GetDatabase().HashSetAsync("f:unbroken", "process", "0123456789abcdef");

        (await stream.ContainsAsync(seen, CancellationToken.None)).ShouldBeFalse();
        var after = await stream.LatestAsync(CancellationToken.None);
        (await stream.ContainsAsync(after, CancellationToken.None)).ShouldBeTrue();
        (await stream.ContainsAsync(seen, CancellationToken.None)).ShouldBeFalse();
        (await stream.ReadAsync(seen, 10, TimeSpan.Zero, CancellationToken.None)).ShouldHaveSingleItem().Change.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_read_before_Redis_lost_its_data_is_not_written_after_it()
    {
        await using var store = await CreateAsync();
        var (fresh, publisher) = (store.Get<FreshProfiles>(), store.Get<BatchPublisher>());
        var epoch = await fresh.EpochAsync(CancellationToken.None);
        var first = await ApplyAsync(store, Shop.Order("1", "ada", minute: 1));
        var old = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        var second = await ApplyAsync(store, Shop.Order("2", "ada", minute: 2));
        (await publisher.PublishAsync(second, CancellationToken.None)).ShouldBeTrue();

        // The second batch is published and nobody publishes it again; the first one's document is older.
        await FlushAsync();
        (await fresh.WriteAsync([old], epoch, TimeSpan.FromSeconds(30), CancellationToken.None)).ShouldBeFalse();
        (await publisher.PublishAsync(first, CancellationToken.None)).ShouldBeTrue();

        (await GetAsync(store, "user_id", "ada")).ShouldNotBeNull().Version.ShouldBe(2);
        (await fresh.ReadAsync([new ProfileKey.ById(old.Id)], CancellationToken.None)).ShouldNotBeNull().ShouldHaveSingleItem().ShouldNotBeNull()
            .Document.ShouldNotBeNull().Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_change_is_in_the_stream_once_its_document_was_taken_and_not_before()
    {
        await using var store = await CreateAsync();
        await store.Get<FreshProfiles>().EpochAsync(CancellationToken.None);
        var batch = await ApplyAsync(store, Shop.Order("1", "ada"));

        // Its document is of the epoch before, so Redis refuses it, and the publisher comes back with another.
        await FlushAsync();
        (await store.Get<BatchPublisher>().PublishAsync(batch, CancellationToken.None)).ShouldBeTrue();

        // The first attempt left no change behind: who saw it would have found whatever document a reader had put into the new Redis.
        var entries = await store.Get<ChangeStream>().ReadAsync(ChangeStream.Beginning, 10, TimeSpan.Zero, CancellationToken.None);
        entries.Where(entry => entry.Change is not null).ShouldHaveSingleItem().BatchId.ShouldBe(batch);
    }

    [Fact]
    public async Task An_older_version_never_replaces_a_newer_one_however_writers_are_shuffled()
    {
        await using var store = await CreateAsync();
        var documents = new List<ProfileDocument>();
        for (var i = 0; i < 12; i++)
        {
            await ApplyAsync(store, Shop.Order($"{i}", "ada", minute: i));
            documents.Add((await store.StoredAsync("user_id", "ada")).ShouldNotBeNull());
        }

        var epoch = await store.Get<FreshProfiles>().EpochAsync(CancellationToken.None);
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var shuffled = documents.ToArray();
            random.Shuffle(shuffled);
            await Parallel.ForEachAsync(shuffled, async (document, ct) =>
                (await store.Get<FreshProfiles>().WriteAsync([document], epoch, TimeSpan.FromSeconds(30), ct)).ShouldBeTrue());
            (await GetAsync(store, "user_id", "ada")).ShouldNotBeNull().Version.ShouldBe(12);
        }
    }

    [Fact]
    public async Task A_merged_profile_leads_to_the_one_that_took_it_over_and_old_pointers_do_no_harm()
    {
        await using var store = await CreateAsync();
        await PublishAsync(store, Shop.Webhook("1", "page.viewed", new { anonymous_id = "visitor-1" }));
        var visitor = (await GetAsync(store, "anonymous_id", "visitor-1")).ShouldNotBeNull();
        await PublishAsync(store, Shop.Order("2", "ada"));
        await PublishAsync(store, Shop.Webhook("3", "profile.updated", new { user_id = "ada", anonymous_id = "visitor-1" }, minute: 5));

        var ada = (await GetAsync(store, "user_id", "ada")).ShouldNotBeNull();
        var loser = visitor.Id == ada.Id ? await store.Database.ScalarAsync<Guid>("select profile_id from profiles where merged_into is not null") : visitor.Id;
        (await store.Get<ProfileReader>().GetAsync([new ProfileKey.ById(loser)], CancellationToken.None))[0].ShouldNotBeNull().Id.ShouldBe(ada.Id);
        (await GetAsync(store, "anonymous_id", "visitor-1")).ShouldNotBeNull().Id.ShouldBe(ada.Id);

        // A pointer of long ago: to a profile that does not have the identity.
        await PublishAsync(store, Shop.Order("4", "bob"));
        var bob = (await GetAsync(store, "user_id", "bob")).ShouldNotBeNull();
        await Redis(store).StringSetAsync(FreshKeys.Identity(store.Identity("user_id", "ada").Id), bob.Id.ToString("n"));
        (await GetAsync(store, "user_id", "ada")).ShouldNotBeNull().Id.ShouldBe(ada.Id);
    }

    [Fact]
    public async Task While_redis_is_away_readers_get_postgresql_at_once_and_the_relay_publishes_later()
    {
        await using var store = await CreateAsync();
        var without = await store.AnotherHostAsync(redis: NoRedis);
        var batch = await ApplyAsync(without, Shop.Order("1", "ada"));

        (await without.Get<BatchPublisher>().PublishAsync(batch, CancellationToken.None)).ShouldBeFalse();
        (await GetAsync(without, "user_id", "ada")).ShouldNotBeNull();
        (await GetAsync(store, "user_id", "nobody")).ShouldBeNull();

        (await store.Get<BatchPublisher>().PublishOverdueAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBe(1);
        (await store.Get<BatchPublisher>().PublishOverdueAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBe(0);
        (await store.Get<ChangeStream>().ReadAsync(ChangeStream.Beginning, 10, TimeSpan.Zero, CancellationToken.None)).Count(entry => entry.Change is not null).ShouldBe(1);
        (await store.Database.ScalarAsync<long>("select count(*) from event_batches where outgoing is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task A_frozen_redis_costs_a_few_budgets_and_then_nothing()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        await using var store = await CreateAsync();
        await ApplyAsync(store, Shop.Order("1", "ada"));
        var host = await store.AnotherHostAsync(redis: $"127.0.0.1:{((IPEndPoint)frozen.LocalEndpoint).Port},connectTimeout=200");
        (await GetAsync(host, "user_id", "ada")).ShouldNotBeNull();

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100; i++)
        {
            (await GetAsync(host, "user_id", "ada")).ShouldNotBeNull();
        }

        (Stopwatch.GetElapsedTime(started) / 100).ShouldBeLessThan(TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task After_a_flush_a_profile_is_loaded_once_however_many_ask_for_it_and_redis_is_repaired()
    {
        await using var store = await CreateAsync();
        await PublishAsync(store, Shop.Order("1", "ada"));
        await FlushAsync();
        var loads = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => loads += activity.TagObjects.Any(tag => tag.Value is string text && text.Contains("w(ordinal, profile_id", StringComparison.Ordinal))
                && activity.TagObjects.Any(tag => tag.Value is string text && text == store.DatabaseName) ? 1 : 0,
        };
        ActivitySource.AddActivityListener(listener);

        var documents = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => GetAsync(store, "user_id", "ada")));

        documents.ShouldAllBe(document => document != null);
        loads.ShouldBe(1);
        await Eventually.TrueAsync(async _ => await Redis(store).KeyExistsAsync(FreshKeys.Profile(documents[0]!.Id)), "the profile is in Redis again");
        (await GetAsync(store, "user_id", "ada")).ShouldNotBeNull();
        loads.ShouldBe(1);
    }

    [Fact]
    public async Task Only_identities_that_changed_are_pointed_out_again_and_a_reader_repairs_a_lost_pointer()
    {
        await using var store = await CreateAsync();
        var pointer = FreshKeys.Identity(store.Identity("user_id", "ada").Id);
        await PublishAsync(store, Shop.Order("1", "ada"));
        (await Redis(store).KeyDeleteAsync(pointer)).ShouldBeTrue();

        await PublishAsync(store, Shop.Order("2", "ada", minute: 1));

        (await Redis(store).KeyExistsAsync(pointer)).ShouldBeFalse();
        var ada = (await GetAsync(store, "user_id", "ada")).ShouldNotBeNull();
        ada.Version.ShouldBe(2);
        (await Redis(store).KeyExistsAsync(FreshKeys.Profile(ada.Id))).ShouldBeTrue();
        await Eventually.TrueAsync(async _ => await Redis(store).KeyExistsAsync(pointer), "the pointer is in Redis again");
    }

    private static IDatabase Redis(Store store) => store.Get<IConnectionMultiplexer>().GetDatabase();

    private static async Task<Store> CreateAsync()
    {
        await FlushAsync();
        return await Store.CreateAsync(redis: await ConfigurationAsync(), Patient);
    }

    private static async Task<string> ConfigurationAsync() => await RealServices.RedisAsync() + ",defaultDatabase=3";

    private static async Task FlushAsync()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(await ConfigurationAsync() + ",allowAdmin=true");
        await admin.GetDatabase().ExecuteAsync("FLUSHDB");
    }

    private static async Task<Guid> ApplyAsync(Store store, params IEnumerable<Profiles.Events.RawEvent> events)
    {
        var appended = await store.AppendAsync(events);
        await store.ApplyAsync(appended.Position.BatchId);
        return appended.Position.BatchId;
    }

    private static async Task PublishAsync(Store store, params IEnumerable<Profiles.Events.RawEvent> events) =>
        (await store.Get<BatchPublisher>().PublishAsync(await ApplyAsync(store, events), CancellationToken.None)).ShouldBeTrue();

    private static async Task<ProfileDocument?> GetAsync(Store store, string identityNamespace, string value) =>
        (await store.Get<ProfileReader>().GetAsync([new ProfileKey.ByIdentity(store.Identity(identityNamespace, value))], CancellationToken.None))[0];
}
