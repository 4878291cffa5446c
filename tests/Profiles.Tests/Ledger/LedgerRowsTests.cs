using System.Text.Json;
using Freshet.Profiles.Ledger;
using Freshet.Profiles.Tests.Storage;
using Npgsql;

namespace Freshet.Profiles.Tests.Ledger;

public sealed class LedgerRowsTests
{
    /// <summary>A batch's own row, its index and the partition's root: far below what the entries of an hour take.</summary>
    private const int FewBlocks = 60;

    // The hour has an index of its own, for readers. Booking by it would read all that the hour has had so far, for every batch.
    [Theory]
    [InlineData("")]
    [InlineData("analyze ledger_entries")]
    public async Task Booking_a_batch_reads_its_own_entries_however_many_the_hour_has(string preparation)
    {
        await using var store = await Store.CreateAsync();
        var raw = Shop.Order("1", "ada");
        var batch = await store.AppendAsync(raw);
        await store.Database.ExecuteAsync("""
            insert into ledger_entries (batch_id, source_id, hour, received, carries)
            select overlay(e.batch_id::text placing lpad(to_hex(n), 12, '0') from 25)::uuid, e.source_id, e.hour, 1, 1
            from ledger_entries e, generate_series(1, 20000) n;
            """ + preparation);

        var blocks = await BlocksAsync(store, LedgerRows.Book([new BookedEvents(batch.Position.BatchId, [raw], [])]));

        blocks.ShouldBeLessThan(FewBlocks);
        (await store.Database.ScalarAsync<long>("select sum(applied) from ledger_entries")).ShouldBe(1);
    }

    private static async Task<int> BlocksAsync(Store store, NpgsqlBatchCommand booking)
    {
        await using var command = store.DataSource.CreateCommand($"explain (analyze, buffers, format json) {booking.CommandText}");
        while (booking.Parameters.Count > 0)
        {
            var parameter = booking.Parameters[0];
            booking.Parameters.RemoveAt(0);
            command.Parameters.Add(parameter);
        }

        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!);
        var top = plan.RootElement[0].GetProperty("Plan");
        return top.GetProperty("Shared Hit Blocks").GetInt32() + top.GetProperty("Shared Read Blocks").GetInt32();
    }
}
