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
        var rows = await host.Database.ListAsync<string>("select identity_id || ' ' || profile_id from identities order by profile_id");
        var expiry = TimeProvider.System.GetUtcNow().AddSeconds(1);
        foreach (var row in rows)
        {
            var (subject, profile) = (Guid.Parse(row.Split(' ')[0]), Guid.Parse(row.Split(' ')[1]));
            var wanted = new WantedOverride("plan", JsonElement.Parse("\"silver\""), "why", "who", expiry);
            var set = (await host.Services.GetRequiredService<TraitOverrides>().SetAsync(profile, subject, wanted, CancellationToken.None)).ShouldNotBeNull();
            await host.Services.GetRequiredService<BatchPublisher>().PublishAsync(set.BatchId, CancellationToken.None);
        }

        await host.Database.ExecuteAsync($"update data_keys set wrapped = null, destroyed_at = now() where profile_id = '{rows[2].Split(' ')[1]}'");

        await Eventually.GetAsync(
            _ => host.Database.ScalarAsync<long>("select count(*) from overrides where ended = 'expired'"), ended => ended == rows.Count, "all to end", TimeSpan.FromSeconds(60));
        await Eventually.GetAsync(
            _ => host.Database.ScalarAsync<long>("select count(*) from event_batches where kind = 'override' and outgoing is not null"),
            waiting => waiting == 0,
            "all to be published",
            TimeSpan.FromSeconds(60));
        (await host.Database.ScalarAsync<long>("select count(*) from profiles where traits->>'plan' = 'silver'")).ShouldBeLessThanOrEqualTo(1, "only the erased one's row is left as it was");
    }
}
