using Freshet.Processing.Cleaning;
using Freshet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Processing.Tests.Cleaning;

public sealed class PartitionClockTests
{
    [Fact]
    public async Task Old_event_keys_go_in_small_steps_and_young_ones_stay()
    {
        await using var database = await TestDatabase.CreateAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await InsertKeysAsync(database, 25, time.GetUtcNow().AddDays(-32));
        await InsertKeysAsync(database, 3, time.GetUtcNow().AddDays(-30));

        var wait = await ClockOf(database, time).TickAsync(CancellationToken.None);

        wait.ShouldBe(TimeSpan.FromHours(1));
        (await database.ScalarAsync<long>("select count(*) from event_keys")).ShouldBe(3);
    }

    [Fact]
    public async Task Overrides_that_ended_long_ago_are_forgotten_and_what_is_in_force_stays()
    {
        await using var database = await TestDatabase.CreateAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await InsertOverridesAsync(database, 25, $"'{time.GetUtcNow().AddDays(-366):O}'");
        await InsertOverridesAsync(database, 3, $"'{time.GetUtcNow().AddDays(-364):O}'");
        await InsertOverridesAsync(database, 2, "null");

        await ClockOf(database, time).TickAsync(CancellationToken.None);

        (await database.ListAsync<long>("select count(*) from overrides group by ended_at is null order by 1")).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Missing_partitions_are_made_and_expired_ones_dropped()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("select ensure_partitions(0, utc_today() - 40)");
        var before = await PartitionsAsync(database);

        await ClockOf(database, TimeProvider.System, daysAhead: 9).TickAsync(CancellationToken.None);

        var after = await PartitionsAsync(database);
        after.Except(before).Count().ShouldBeGreaterThan(0);
        before.Except(after).Count().ShouldBe(6);
    }

    private static PartitionClock ClockOf(TestDatabase database, TimeProvider time, int daysAhead = 3) => new(
        new PartitionRows(database.DataSource),
        Options.Create(new CleaningOptions { DeleteSize = 10, DaysAhead = daysAhead }),
        time,
        NullLogger<PartitionClock>.Instance);

    private static Task<IReadOnlyList<string>> PartitionsAsync(TestDatabase database) => database.ListAsync<string>(
        "select c.relname::text from pg_inherits join pg_class c on c.oid = inhrelid where c.relkind = 'r'");

    private static Task InsertOverridesAsync(TestDatabase database, int count, string endedAt) => database.ExecuteAsync($"""
        insert into overrides (subject_id, override_id, trait, set_at, set_by, expires_at, ended_at, sealed, key_id)
        select gen_random_uuid(), gen_random_uuid(), 'plan', now() - interval '3 years', 'who', now() - interval '2 years', {endedAt}, '', gen_random_uuid()
        from generate_series(1, {count})
        """);

    private static Task InsertKeysAsync(TestDatabase database, int count, DateTimeOffset receivedAt) => database.ExecuteAsync($"""
        insert into event_keys (event_id, batch_id, ordinal, received_at)
        select gen_random_uuid(), gen_random_uuid(), 0, '{receivedAt:O}' from generate_series(1, {count})
        """);
}
