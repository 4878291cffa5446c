using Freshet.Processing.Batches;
using Freshet.Processing.Storage;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Freshet.Processing.Tests.Storage;

/// <summary>Batches that wait share a transaction; whoever cannot be helped by that goes alone.</summary>
[Collection(RealBusCollection.Name)]
public sealed class JointTurnsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The relay would announce what waits a second time, and the numbers of those who wait would not be these.
    private static readonly (string Key, string Value)[] OneTurn = [("Processing:Bus:Concurrency", "1"), ("Processing:Relaying:Interval", "00:01:00")];

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public async Task Batches_that_wait_share_one_transaction_and_one_version_of_the_profile(string concurrency)
    {
        await using var host = await ProcessingHost.StartAsync(settings: [("Processing:Bus:Concurrency", concurrency), OneTurn[1]]);
        var (batches, held) = await HeldAsync(host, Enumerable.Range(0, 20).Select(_ => new TestEvent("u1")));

        await held.RollbackAsync();

        foreach (var batch in batches)
        {
            (await host.SettledAsync(batch)).ShouldBe("Applied");
        }

        // The first batch had its turn to itself, waiting for the lock; the others waited behind it and went together.
        (await host.Database.ScalarAsync<long>("select version from profiles")).ShouldBe(2);
        (await host.Database.ScalarAsync<long>("select count(*) from events")).ShouldBe(20);
        (await host.Database.ScalarAsync<long>("select count(distinct batch_id) from events")).ShouldBe(20);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task Enough_waiting_events_do_not_wait_for_a_transaction_that_has_not_committed()
    {
        const int Worth = 5;
        await using var host = await ProcessingHost.StartAsync(settings: [("Processing:Bus:EventsWorthATurn", $"{Worth}"), OneTurn[1]]);
        var (batches, held) = await HeldAsync(host, Enumerable.Range(0, 2).Select(i => new TestEvent($"u{i}")));
        for (var i = 0; i < Worth; i++)
        {
            await host.RedeliverAsync(await host.AppendAsync(new TestEvent($"other{i}")), deliveries: 0);
        }

        await Eventually.TrueAsync(
            async _ => await host.Database.ScalarAsync<long>("select count(*) from event_batches where state = 'Applied'") >= Worth,
            "the others to be applied before the first",
            Patience);
        (await host.StateAsync(batches[0])).ShouldBe("Received");
        await held.RollbackAsync();
        (await host.SettledAsync(batches[0])).ShouldBe("Applied");
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task A_batch_at_fault_does_not_keep_those_that_waited_with_it()
    {
        await using var host = await ProcessingHost.StartAsync(settings: OneTurn);
        await Poison.RefuseAsync(host.Database);
        var poison = new TestEvent("u3", Poison.EventType);
        TestEvent[] events = [new("u1"), new("u1"), poison, new("u2")];
        var (batches, held) = await HeldAsync(host, events);

        await held.RollbackAsync();

        (await host.SettledAsync(batches[0])).ShouldBe("Applied");
        (await host.SettledAsync(batches[1])).ShouldBe("Applied");
        (await host.SettledAsync(batches[2])).ShouldBe("Parked");
        (await host.SettledAsync(batches[3])).ShouldBe("Applied");
        (await host.AppliedAsync(events)).ShouldBe([1, 1, 0, 1]);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task Every_batch_of_a_shared_transaction_is_published()
    {
        await using var host = await ProcessingHost.StartAsync(settings: OneTurn);
        var (batches, held) = await HeldAsync(host, Enumerable.Range(0, 10).Select(i => new TestEvent($"u{i % 3}")));

        await held.RollbackAsync();

        await Eventually.TrueAsync(
            async _ => await host.Database.ScalarAsync<long>("select count(*) from event_batches where published_at is not null and outgoing is null") == batches.Count,
            "all batches to be published without the relay");
    }

    [Fact]
    public async Task A_killed_workers_batches_share_transactions_when_they_come_again()
    {
        await using var host = await ProcessingHost.StartAsync(settings: OneTurn);
        var (batches, held) = await HeldAsync(host, Enumerable.Range(0, 20).Select(_ => new TestEvent("u1")), deliveries: 2);

        await held.RollbackAsync();

        foreach (var batch in batches)
        {
            (await host.SettledAsync(batch)).ShouldBe("Applied");
        }

        (await host.Database.ScalarAsync<long>("select version from profiles")).ShouldBe(2);
    }

    [Fact]
    public async Task A_batch_that_was_sent_away_to_go_alone_does_not_keep_a_transaction_that_all_others_have_given_up()
    {
        await using var host = await ProcessingHost.StartAsync(settings: OneTurn);
        var suspect = await host.AppendAsync(new TestEvent("u1"));
        var ordinary = await host.AppendAsync(new TestEvent("u2"));
        await host.Database.ExecuteAsync($"update event_batches set attempt = 1 where batch_id = '{suspect}'");
        using var given = new CancellationTokenSource();
        var turns = host.Services.GetRequiredService<JointTurns>();
        var only = new TaskCompletionSource();
        var turn = turns.AloneAsync(() => only.Task, CancellationToken.None);

        var first = turns.JoinAsync(new WaitingBatch(suspect, 1, _ => throw new InvalidOperationException("It goes alone."), CancellationToken.None));
        var second = turns.JoinAsync(new WaitingBatch(ordinary, 1, joint => GiveUpAsync(joint, ordinary, given), given.Token));
        only.SetResult();
        await turn;

        (await first.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeFalse();
        (await second.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeFalse();
        (await host.StateAsync(ordinary)).ShouldBe("Received");
    }

    // Many messages come again all at once. Had each a transaction, they would hold every connection, and wait for one more to read a key.
    [Fact]
    public async Task Batches_that_go_alone_take_turns_and_leave_connections_to_others()
    {
        const int Concurrency = 3;
        await using var host = await ProcessingHost.StartAsync(settings: [("Processing:Bus:Concurrency", $"{Concurrency}"), ("Processing:Relaying:Interval", "00:01:00")]);
        var batches = new List<Guid>();
        for (var i = 0; i < 60; i++)
        {
            batches.Add(await host.AppendAsync(new TestEvent($"u{i}")));
        }

        await using var held = await LockAsync(host, "event_batches");
        foreach (var batch in batches)
        {
            await host.RedeliverAsync(batch, deliveries: 3);
        }

        var turns = host.Services.GetRequiredService<JointTurns>();
        await Eventually.TrueAsync(_ => Task.FromResult(turns.Waiting == batches.Count - Concurrency), "the other batches to wait", Patience);
        (await host.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).ShouldBe(Concurrency);
        await held.RollbackAsync();

        foreach (var batch in batches)
        {
            (await host.SettledAsync(batch)).ShouldBe("Applied");
        }

        await host.LedgerClosesAsync();
    }

    private static async Task<EventBatchState?> GiveUpAsync(BatchTurn turn, Guid batchId, CancellationTokenSource given)
    {
        await given.CancelAsync();
        var batch = (await turn.LockAsync(batchId, CancellationToken.None)).ShouldNotBeNull();
        batch.Outcome = await turn.AttemptAsync(batch, redeliveries: 0, CancellationToken.None);
        return batch;
    }

    private static async Task<NpgsqlTransaction> LockAsync(ProcessingHost host, string table)
    {
        var connection = await host.Database.DataSource.OpenConnectionAsync();
        var held = await connection.BeginTransactionAsync();
        await using var lockAll = new NpgsqlCommand($"select 1 from {table} for update", connection);
        await lockAll.ExecuteNonQueryAsync();
        return held;
    }

    // One batch takes the only turn and waits for a lock that we hold; the others gather behind it.
    private static async Task<(IReadOnlyList<Guid> Batches, NpgsqlTransaction Held)> HeldAsync(
        ProcessingHost host, IEnumerable<TestEvent> events, long deliveries = 0)
    {
        var batches = new List<Guid>();
        foreach (var one in events)
        {
            batches.Add(await host.AppendAsync(one));
        }

        var connection = await host.Database.DataSource.OpenConnectionAsync();
        var held = await connection.BeginTransactionAsync();
        await using (var lockRow = new NpgsqlCommand($"select 1 from event_batches where batch_id = '{batches[0]}' for update", connection))
        {
            await lockRow.ExecuteNonQueryAsync();
        }

        // Messages that come together are handled in any order, so the others are sent when the first has its turn.
        await host.RedeliverAsync(batches[0], deliveries);
        await Eventually.TrueAsync(
            async _ => await host.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 1,
            "the first batch to wait for its row",
            Patience);
        foreach (var batch in batches.Skip(1))
        {
            await host.RedeliverAsync(batch, deliveries);
        }

        var turns = host.Services.GetRequiredService<JointTurns>();
        await Eventually.TrueAsync(_ => Task.FromResult(turns.Waiting == batches.Count - 1), "the other batches to wait", Patience);
        return (batches, held);
    }
}
