using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Tests.Storage;

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
