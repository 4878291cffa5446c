using CsCheck;
using Freshet.Testing;

namespace Freshet.Migrator.Tests.Schema;

public sealed class PartitionTests : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2031, 3, 9);

    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task A_new_database_has_the_partitions_from_yesterday_to_three_days_ahead()
    {
        (await database.ListAsync<string>("""
            select relname::text from pg_class
            where relname ~ '^events_2[0-9]{7}$' and relkind = 'r' and to_date(right(relname, 8), 'YYYYMMDD') between utc_today() - 1 and utc_today() + 3
            """)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Each_table_gets_a_partition_per_UTC_day_and_a_second_call_makes_none()
    {
        (await EnsureAsync(daysAhead: 2)).ShouldBe(3 * 4);
        (await EnsureAsync(daysAhead: 2)).ShouldBe(0);
        (await EnsureAsync(daysAhead: 3)).ShouldBe(3);

        var names = await database.ListAsync<string>("select relname::text from pg_class where relname ~ '_203103[0-9]{2}$' and relkind = 'r' order by 1");
        names.ShouldBe(new[] { "event_batches", "events", "ledger_entries" }
            .SelectMany(table => Enumerable.Range(8, 5).Select(day => $"{table}_203103{day:00}")));
    }

    [Fact]
    public async Task Callers_at_the_same_time_make_each_partition_once()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EnsureAsync(daysAhead: 1)));

        made.Order().ShouldBe([0, 0, 0, 9]);
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("America/Los_Angeles")]
    public async Task Bounds_are_UTC_midnight_whatever_the_session_time_zone_is(string timeZone)
    {
        await database.ExecuteAsync($"alter database {new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database} set timezone = '{timeZone}'");
        database.DataSource.Clear();
        await EnsureAsync(daysAhead: 0);

        (await PartitionOfEventAsync("2031-03-08T23:59:59.999999Z")).ShouldBe("events_20310308");
        (await PartitionOfEventAsync("2031-03-09T00:00:00Z")).ShouldBe("events_20310309");
        (await PartitionOfEventAsync("2031-03-09T23:59:59.999999Z")).ShouldBe("events_20310309");
        (await PartitionOfBatchAsync(Guid.CreateVersion7(Instant("2031-03-08T23:59:59.999Z")))).ShouldBe("event_batches_20310308");
        (await PartitionOfBatchAsync(Guid.CreateVersion7(Instant("2031-03-09T00:00:00Z")))).ShouldBe("event_batches_20310309");
        (await PartitionOfBatchAsync(Guid.CreateVersion7(Instant("2031-03-09T23:59:59.999Z")))).ShouldBe("event_batches_20310309");
    }

    [Fact]
    public async Task A_UUIDv7_of_any_instant_of_a_day_lies_between_the_bounds_of_that_day()
    {
        // Random milliseconds (many at the edges) with random bits (many all zero or all one), judged by the functions that cut the partitions.
        var milliseconds = Gen.OneOf(Gen.Int[0, 86_399_999], Gen.Const(0), Gen.Const(86_399_999));
        var tails = Gen.OneOf(Gen.ULong, Gen.Const(0UL), Gen.Const(ulong.MaxValue));
        var ids = Gen.Select(Gen.Int[0, 40_000], milliseconds, tails, Gen.UShort).Array[500];

        await ids.SampleAsync(
            async sample => (await database.ScalarAsync<long>($"""
                select count(*) from (values {string.Join(',', sample.Select(Row))}) as v (id, day)
                where not (id >= uuid_v7_floor(utc_midnight(day)) and id < uuid_v7_floor(utc_midnight(day + 1)))
                """)).ShouldBe(0),
            iter: 20,
            threads: 1);
        return;

        static string Row((int Day, int Millisecond, ulong Tail, ushort RandA) x)
        {
            var day = DateOnly.FromDayNumber(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + x.Day);
            var time = (x.Day * 86_400_000L) + x.Millisecond;
            var tail = (x.Tail & 0x3FFF_FFFF_FFFF_FFFFUL) | 0x8000_0000_0000_0000UL;
            return $"('{time:x12}7{x.RandA & 0xFFF:x3}{tail:x16}'::uuid, '{day:yyyy-MM-dd}'::date)";
        }
    }

    [Fact]
    public async Task Rows_that_no_day_takes_are_kept_and_move_into_the_day_when_it_is_made()
    {
        var late = Guid.CreateVersion7(Instant("2031-03-09T12:00:00Z"));
        (await PartitionOfEventAsync("2031-03-09T12:00:00Z")).ShouldBe("events_default");
        (await PartitionOfEventAsync("1999-01-01T12:00:00Z")).ShouldBe("events_default");
        (await PartitionOfBatchAsync(late)).ShouldBe("event_batches_default");
        await InsertLedgerAsync(late);

        await EnsureAsync(daysAhead: 0);

        (await database.ListAsync<string>("select tableoid::regclass::text from events order by received_at")).ShouldBe(["events_default", "events_20310309"]);
        (await database.ScalarAsync<string>("select tableoid::regclass::text from event_batches")).ShouldBe("event_batches_20310309");
        (await database.ScalarAsync<string>("select tableoid::regclass::text from ledger_entries")).ShouldBe("ledger_entries_20310309");
    }

    [Fact]
    public async Task Days_that_ended_before_the_retention_are_dropped_and_the_others_stay()
    {
        await DropExpiredAsync("0 days", Today.AddDays(-30)); // what the test kit made for the real today
        await EnsureAsync(daysAhead: 3);

        (await DropExpiredAsync("2 days", Today.AddDays(4))).ShouldBe(9);

        (await database.ListAsync<string>("select relname::text from pg_class where relname ~ '^events_203103' and relkind = 'r' order by 1"))
            .ShouldBe(["events_20310311", "events_20310312"]);
    }

    [Fact]
    public async Task A_day_with_a_batch_that_is_not_yet_applied_never_expires()
    {
        await EnsureAsync(daysAhead: 0);
        var open = Guid.CreateVersion7(Instant("2031-03-09T12:00:00Z"));
        await InsertBatchAsync(open, "WaitingForRetry");
        await InsertBatchAsync(Guid.CreateVersion7(Instant("2031-03-08T12:00:00Z")), "Applied");

        await DropExpiredAsync("1 day", Today.AddDays(30));

        (await database.ListAsync<string>("select relname::text from pg_class where relname ~ '_203103[0-9]{2}$' and relkind = 'r' order by 1"))
            .ShouldBe(["event_batches_20310309", "ledger_entries_20310309"]);
        await database.ExecuteAsync("update event_batches set state = 'Applied'");
        (await DropExpiredAsync("1 day", Today.AddDays(30))).ShouldBe(2);
    }

    [Fact]
    public async Task Expired_rows_leave_the_default_partitions_unless_their_batch_is_open()
    {
        var closed = Guid.CreateVersion7(Instant("2020-01-01T00:00:00Z"));
        var open = Guid.CreateVersion7(Instant("2020-01-02T00:00:00Z"));
        await InsertBatchAsync(closed, "Parked");
        await InsertBatchAsync(open, "Received");
        await InsertLedgerAsync(closed);
        await InsertLedgerAsync(open);
        await PartitionOfEventAsync("2020-01-01T00:00:00Z");
        await PartitionOfEventAsync("2031-03-09T00:00:00Z");

        await DropExpiredAsync("31 days", Today);

        (await database.ListAsync<Guid>("select batch_id from event_batches")).ShouldBe([open]);
        (await database.ListAsync<Guid>("select batch_id from ledger_entries")).ShouldBe([open]);
        (await database.ScalarAsync<long>("select count(*) from events")).ShouldBe(1);
    }

    [Fact]
    public async Task A_partition_that_is_in_use_is_left_to_the_next_call_instead_of_holding_everybody_up()
    {
        await DropExpiredAsync("0 days", Today.AddDays(-30)); // what the test kit made for the real today
        await EnsureAsync(daysAhead: 0);
        await using (var reader = await database.DataSource.OpenConnectionAsync())
        await using (var transaction = await reader.BeginTransactionAsync())
        {
            await using var read = new Npgsql.NpgsqlCommand("select count(*) from events_20310308", reader, transaction);
            await read.ExecuteScalarAsync();

            (await DropExpiredAsync("1 day", Today.AddDays(30))).ShouldBe(1); // ledger_entries_20310308 comes before it
        }

        (await DropExpiredAsync("1 day", Today.AddDays(30))).ShouldBe(5);
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Task<int> EnsureAsync(int daysAhead) => database.ScalarAsync<int>($"select ensure_partitions({daysAhead}, '{Today:yyyy-MM-dd}')");

    private Task<int> DropExpiredAsync(string retention, DateOnly today) =>
        database.ScalarAsync<int>($"select drop_expired_partitions('{retention}', '{today:yyyy-MM-dd}')");

    private Task<string> PartitionOfEventAsync(string receivedAt) => database.ScalarAsync<string>($"""
        insert into events (subject_id, occurred_at, event_id, received_at, source_id, type, batch_id, raw, key_id)
        values (gen_random_uuid(), '{receivedAt}', gen_random_uuid(), '{receivedAt}', 'demo', 'order.completed', gen_random_uuid(), '', gen_random_uuid())
        returning tableoid::regclass::text
        """);

    private Task<string> PartitionOfBatchAsync(Guid batch) => InsertBatchAsync(batch, "Received");

    private Task<string> InsertBatchAsync(Guid batch, string state) => database.ScalarAsync<string>($"""
        insert into event_batches (batch_id, kind, state, received_at, event_count) values ('{batch}', 'received', '{state}', now(), 1)
        returning tableoid::regclass::text
        """);

    private Task InsertLedgerAsync(Guid batch) =>
        database.ExecuteAsync($"insert into ledger_entries (batch_id, source_id, hour) values ('{batch}', 'demo', now())");
}
