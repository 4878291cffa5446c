using System.Text.Json;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Overrides;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Processing.Tests.Overrides;

[Collection(RealBusCollection.Name)]
public sealed class OverrideClockTests
{
    [Fact]
    public async Task Overrides_are_taken_off_and_published_when_they_expire_also_beside_erased_people()
    {
        await using var host = await ProcessingHost.StartAsync();
        TestEvent[] events = [.. Enumerable.Range(0, 5).Select(number => new TestEvent($"person-{number}"))];
        await host.SettledAsync(await host.ReceiveAsync(events));
        var people = await PeopleAsync(host);
        var expiry = TimeProvider.System.GetUtcNow().AddSeconds(1);
        foreach (var person in people)
        {
            await SetAsync(host, person, expiry);
        }

        await host.Database.ExecuteAsync($"update data_keys set wrapped = null, destroyed_at = now() where profile_id = '{people[2].Profile}'");

        await EndedAsync(host, people.Length);
        await Eventually.GetAsync(
            _ => host.Database.ScalarAsync<long>("select count(*) from event_batches where kind = 'override' and outgoing is not null"),
            waiting => waiting == 0,
            "all to be published",
            TimeSpan.FromSeconds(60));
        (await host.Database.ScalarAsync<long>("select count(*) from profiles where traits->>'plan' = 'silver'")).ShouldBeLessThanOrEqualTo(1, "only the erased one's row is left as it was");
    }

    [Fact]
    public async Task A_profile_that_cannot_be_read_holds_up_nobody_else_and_is_tried_again()
    {
        await using var host = await ProcessingHost.StartAsync(
            settings: [("Processing:Overrides:ClaimSize", "2"), ("Processing:Overrides:StuckInterval", "00:00:01")]);
        TestEvent[] events = [.. Enumerable.Range(0, 5).Select(number => new TestEvent($"person-{number}"))];
        await host.SettledAsync(await host.ReceiveAsync(events));
        var people = await PeopleAsync(host);
        var (damaged, healthy, late) = (people[0], people[1..4], people[4]);
        var expiry = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await SetAsync(host, damaged, expiry);
        await host.Database.ExecuteAsync($"create table kept as select state from profiles where profile_id = '{damaged.Profile}'");
        await host.Database.ExecuteAsync($"update profiles set state = '\\x00' where profile_id = '{damaged.Profile}'");
        foreach (var person in healthy)
        {
            await SetAsync(host, person, expiry.AddMilliseconds(1));
        }

        await EndedAsync(host, healthy.Length);
        await SetAsync(host, late, TimeProvider.System.GetUtcNow().AddSeconds(1));
        await EndedAsync(host, healthy.Length + 1);
        await host.Database.ExecuteAsync($"update profiles set state = (select state from kept) where profile_id = '{damaged.Profile}'");
        await EndedAsync(host, people.Length);
    }

    private static async Task<(Guid Identity, Guid Profile)[]> PeopleAsync(ProcessingHost host) =>
    [
        .. (await host.Database.ListAsync<string>("select identity_id || ' ' || profile_id from identities order by profile_id"))
            .Select(row => (Guid.Parse(row.Split(' ')[0]), Guid.Parse(row.Split(' ')[1]))),
    ];

    private static async Task SetAsync(ProcessingHost host, (Guid Identity, Guid Profile) person, DateTimeOffset expiry)
    {
        var wanted = new WantedOverride("plan", JsonElement.Parse("\"silver\""), "why", "who", expiry);
        var set = (await host.Services.GetRequiredService<TraitOverrides>().SetAsync(person.Profile, person.Identity, wanted, CancellationToken.None)).ShouldNotBeNull();
        await host.Services.GetRequiredService<BatchPublisher>().PublishAsync(set.BatchId, CancellationToken.None);
    }

    private static Task<long> EndedAsync(ProcessingHost host, int count) => Eventually.GetAsync(
        _ => host.Database.ScalarAsync<long>("select count(*) from overrides where ended = 'expired'"), ended => ended == count, "all to end", TimeSpan.FromSeconds(60));
}
