using Freshet.Testing;
using Npgsql;

namespace Freshet.Processing.Tests.Storage;

/// <summary>What the state machine may rely on: its row is locked while it works, and an exception leaves the row as it was.</summary>
[Collection(RealBusCollection.Name)]
public sealed class SagaRepositoryTests
{
    [Fact]
    public async Task A_message_waits_for_whoever_holds_the_row()
    {
        await using var host = await ProcessingHost.StartAsync();
        var batch = await host.AppendAsync(new TestEvent("u1"));
        await using var connection = await host.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var lockRow = new NpgsqlCommand($"select 1 from event_batches where batch_id = '{batch}' for update", connection))
        {
            await lockRow.ExecuteNonQueryAsync();
        }

        await host.AnnounceAsync(batch);
        await Eventually.GetAsync(
            _ => host.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"),
            waiting => waiting > 0,
            "the consumer to wait for the lock");
        (await host.StateAsync(batch)).ShouldBe("Received");
        await transaction.RollbackAsync();

        (await host.SettledAsync(batch)).ShouldBe("Applied");
    }

    [Fact]
    public async Task A_failure_that_says_nothing_about_the_batch_leaves_its_row_alone_until_it_works()
    {
        await using var host = await ProcessingHost.StartAsync();
        await Poison.ConflictAsync(host.Database);
        var one = new TestEvent("u1", Poison.EventType);
        var batch = await host.ReceiveAsync(one);

        await Eventually.TrueAsync(
            async _ => await host.Database.ScalarAsync<long>("select xact_rollback from pg_stat_database where datname = current_database()") > 2,
            "attempts to be rolled back");
        (await host.Database.ScalarAsync<string>($"select state || attempt from event_batches where batch_id = '{batch}'")).ShouldBe("Received0");
        (await host.AppliedAsync(one)).ShouldBe([0]);

        await Poison.MendAsync(host.Database);
        (await host.SettledAsync(batch)).ShouldBe("Applied");
        (await host.AppliedAsync(one)).ShouldBe([1]);
        await host.LedgerClosesAsync();
    }
}
