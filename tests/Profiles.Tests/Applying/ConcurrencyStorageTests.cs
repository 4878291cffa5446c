using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Storage;
using Freshet.Profiles.Tests.Storage;
using Freshet.Testing;

namespace Freshet.Profiles.Tests.Applying;

/// <summary>However a history is cut into batches, repeated, shuffled and applied by several hosts at a time: the profiles are those of one batch.</summary>
public sealed class ConcurrencyStorageTests
{
    private static readonly string[] Users = ["ada", "bob", "cyd", "dan"];

    [Theory]
    [InlineData(1, 200, 1)]
    [InlineData(2, 60, 4)]
    public async Task Random_histories_end_in_the_profiles_of_one_batch(int seed, int histories, int appliers)
    {
        await using var store = await Store.CreateAsync();
        await using var reference = await Store.CreateAsync();
        var random = new Random(seed);
        var all = new List<RawEvent[]>();
        for (var history = 0; history < histories; history++)
        {
            var events = History(random, $"h{history}-", random.Next(4, 14));
            (await reference.AppendAndApplyAsync(events)).ShouldBeOfType<ApplyBatchResult.Applied>();
            all.Add(events);
        }

        var batches = await AppendCutAsync(store, random, all);
        await ApplyAsync(store, random, batches, appliers);

        foreach (var name in Enumerable.Range(0, histories).SelectMany(history => Users.Select(user => $"h{history}-{user}")))
        {
            var expected = await reference.StoredAsync("user_id", name);
            var actual = await store.StoredAsync("user_id", name);
            Describe(actual).ShouldBe(Describe(expected), name);
        }

        (await store.LedgerAsync()).ShouldContain("parked 0 + waiting 0");
        (await store.Database.ListAsync<Guid>("select event_id from events group by event_id having count(*) > 1")).ShouldBeEmpty();
        (await store.Database.ScalarAsync<long>("select count(*) from events")).ShouldBe(all.Sum(events => events.Length));
        (await store.Database.ListAsync<Guid>("""
            select i.identity_id from identities i left join profiles p on p.profile_id = i.profile_id
            where p.profile_id is null or p.merged_into is not null
            """)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_needs_a_profile_whose_turn_is_over_gives_the_others_back_first()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Order("1", "ada"));
        store.Time.Advance(TimeSpan.FromSeconds(1));
        await store.AppendAndApplyAsync(Shop.Webhook("2", "page.viewed", new { anonymous_id = "v" }));
        var profiles = await store.Database.ListAsync<Guid>("select profile_id from profiles order by profile_id");
        var merging = await store.AppendAsync(Shop.Webhook("3", "profile.updated", new { user_id = "ada", anonymous_id = "v" }));
        var following = await store.AppendAsync(Shop.Webhook("4", "page.viewed", new { anonymous_id = "v" }));

        await using var first = await ProfileSession.OpenAsync(store.DataSource, CancellationToken.None);
        await store.Get<BatchApplication>().ApplyAsync(first, merging.Position.BatchId, CancellationToken.None);
        await using var other = await ProfileSession.OpenAsync(store.DataSource, CancellationToken.None);
        var lower = LockAsync(other, profiles[0]);
        await WaitingAsync(store, 1);
        var applied = store.ApplyAsync(following.Position.BatchId);
        await WaitingAsync(store, 2);

        // The visitor's profile is taken over: whoever waited for it now needs the other one, which is taken.
        await first.CommitAsync(CancellationToken.None);
        await lower;
        await WaitingAsync(store, 1);
        await LockAsync(other, profiles[1]);
        await other.CommitAsync(CancellationToken.None);

        (await applied).ShouldBe(new ApplyBatchResult.Applied(1, 0, 1));
        store.Conflicts.ShouldBe(0);
    }

    private static async Task LockAsync(ProfileSession session, Guid profileId)
    {
        await using var command = session.Connection.CreateCommand();
        command.CommandText = $"select from profiles where profile_id = '{profileId}' for update";
        await command.ExecuteNonQueryAsync();
    }

    private static Task WaitingAsync(Store store, int count) => Eventually.TrueAsync(
        async _ => await store.Database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == count,
        $"{count} to wait for a lock");

    private static RawEvent[] History(Random random, string prefix, int length) =>
        [.. Enumerable.Range(0, length).Select(i => Event(random, prefix, i))];

    // Few identities, so that histories of one device and one mailbox shared by several users are frequent.
    private static RawEvent Event(Random random, string prefix, int i)
    {
        var data = new Dictionary<string, object>();
        var kind = random.Next(5);
        if (kind is 0 or 1 or 2)
        {
            data["user_id"] = prefix + random.GetItems(Users, 1)[0];
        }

        if (kind is 1 or 3 or 4)
        {
            data["anonymous_id"] = $"{prefix}device-{random.Next(3)}";
        }

        if (kind is 2 or 4)
        {
            data["email"] = $"{prefix}mail-{random.Next(2)}@example.com";
        }

        data["total"] = random.Next(1, 100);
        data["traits"] = new Dictionary<string, object> { ["plan"] = $"plan-{random.Next(3)}", ["points"] = random.Next(10), ["first_name"] = $"name-{i}" };
        return Shop.Webhook($"{prefix}{i}", random.Next(2) == 0 ? "order.completed" : "profile.updated", data, minute: random.Next(500));
    }

    private static async Task<List<Guid>> AppendCutAsync(Store store, Random random, List<RawEvent[]> histories)
    {
        var shuffled = histories.SelectMany(events => events.Concat(random.GetItems(events, 2))).ToArray();
        random.Shuffle(shuffled);
        var batches = new List<Guid>();
        for (var begin = 0; begin < shuffled.Length;)
        {
            var length = Math.Min(random.Next(1, 40), shuffled.Length - begin);
            var result = await store.AppendAsync(shuffled[begin..(begin + length)]);
            batches.Add(result.Position.BatchId);
            begin += length;
        }

        return [.. batches.Distinct()];
    }

    private static async Task ApplyAsync(Store store, Random random, List<Guid> batches, int appliers)
    {
        // Every batch is delivered to two appliers.
        var deliveries = batches.Concat(appliers > 1 ? batches : []).ToArray();
        random.Shuffle(deliveries);
        await Parallel.ForEachAsync(
            deliveries, new ParallelOptions { MaxDegreeOfParallelism = appliers }, async (batch, _) => await store.ApplyAsync(batch));
    }

    private static string Describe(ProfileDocument? profile) => profile is null
        ? "nobody"
        : JsonSerializer.Serialize(new
        {
            Traits = profile.Traits.OrderBy(trait => trait.Key, StringComparer.Ordinal).Select(trait => $"{trait.Key}={trait.Value.Value} by {trait.Value.Event}"),
            Identities = profile.Identities.Select(identity => $"{identity.Namespace}:{identity.Value} {identity.FirstSeenAt:O} {identity.LastSeenAt:O}"),
        });
}
