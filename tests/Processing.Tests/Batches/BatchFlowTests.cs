using System.Collections.Concurrent;
using System.Diagnostics;
using Freshet.Processing.Batches;
using Freshet.Processing.Bus;
using Freshet.Profiles.DeadLetters;
using Freshet.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Freshet.Processing.Tests.Batches;

/// <summary>The life of a batch on real PostgreSQL, RabbitMQ and Redis.</summary>
[Collection(RealBusCollection.Name)]
public sealed class BatchFlowTests
{
    [Fact]
    public async Task A_received_batch_is_applied()
    {
        using var measured = new Measurements();
        await using var host = await ProcessingHost.StartAsync();
        TestEvent[] events = [new("u1"), new("u1"), new("u2")];

        var batch = await host.ReceiveAsync(events);

        (await host.SettledAsync(batch)).ShouldBe("Applied");
        (await host.AppliedAsync(events)).ShouldBe([1, 1, 1]);
        (await host.Database.ScalarAsync<long>("select count(*) from profiles where merged_into is null")).ShouldBe(2);
        await host.LedgerClosesAsync();
        await Eventually.TrueAsync(_ => Task.FromResult(measured.Of("freshet.processing.batches", "applied") == 1), "the batch to be counted");
        measured.Of("freshet.processing.events").ShouldBe(3);
        measured.Of("freshet.processing.lag").ShouldBe(1);
        (await host.Services.GetRequiredService<ILoadSagaRepository<EventBatchState>>().Load(batch)).State.ShouldBe("Applied");
    }

    [Fact]
    public async Task A_batch_whose_key_was_destroyed_ends_as_parked_and_the_ledger_closes()
    {
        await using var host = await ProcessingHost.StartAsync();
        var batch = await host.AppendAsync(new TestEvent("u1"), new TestEvent("u2"));
        var erased = Guid.CreateVersion7();
        await host.Database.ExecuteAsync($"""
            insert into data_keys (key_id, purpose, kek_id, wrapped, created_at, destroyed_at) values ('{erased}', 'batch', 'k', null, now(), now());
            update event_batches set payload_key = '{erased}' where batch_id = '{batch}'
            """);

        await host.AnnounceAsync(batch);

        (await host.SettledAsync(batch)).ShouldBe("Parked");
        (await host.Database.ScalarAsync<string>($"select failure from event_batches where batch_id = '{batch}'")).ShouldBe("key.destroyed");
        (await host.Database.ScalarAsync<long>("select parked from ledger")).ShouldBe(2);
        await host.LedgerClosesAsync();
        (await host.Database.ScalarAsync<long>("select count(*) from dead_letters")).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_that_arrives_again_changes_nothing()
    {
        using var measured = new Measurements();
        await using var host = await ProcessingHost.StartAsync();
        var one = new TestEvent("u1");
        var batch = await host.ReceiveAsync(one);
        await host.SettledAsync(batch);

        await host.AnnounceAsync(batch);
        await host.AnnounceAsync(batch);

        await Eventually.TrueAsync(_ => Task.FromResult(measured.Of("freshet.processing.batches", "ignored") == 2), "both messages to be ignored");
        (await host.AppliedAsync(one)).ShouldBe([1]);
        (await host.Database.ScalarAsync<long>("select max(version) from profiles")).ShouldBe(1);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task Two_hosts_that_race_for_batches_apply_each_once()
    {
        await using var host = await ProcessingHost.StartAsync();
        var second = await ProcessingHost.StartAsync(host.Database);
        var events = Enumerable.Range(0, 40).Select(i => new TestEvent($"u{i % 4}")).ToArray();
        var batches = new List<Guid>();
        foreach (var pair in events.Chunk(2))
        {
            batches.Add(await host.AppendAsync(pair));
        }

        await Task.WhenAll(batches.SelectMany(batch => new[] { host.AnnounceAsync(batch), second.AnnounceAsync(batch), host.AnnounceAsync(batch) }));

        foreach (var batch in batches)
        {
            (await host.SettledAsync(batch)).ShouldBe("Applied");
        }

        await second.StopAsync();
        (await host.AppliedAsync(events)).ShouldAllBe(count => count == 1);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task A_message_about_no_batch_is_ignored_and_counted()
    {
        using var measured = new Measurements();
        await using var host = await ProcessingHost.StartAsync();

        await host.AnnounceAsync(Guid.CreateVersion7());

        await Eventually.TrueAsync(_ => Task.FromResult(measured.Of("freshet.processing.batches", "unknown") == 1), "the message to be counted");
        (await host.CountAsync(Contracts.Queues.EventBatchesError)).ShouldBe(0u);
    }

    [Fact]
    public async Task A_poison_event_is_parked_while_its_neighbors_are_applied_and_comes_back_by_a_replay()
    {
        using var measured = new Measurements();

        // The relay looks once a minute, so only the replay's notification can wake it in time.
        await using var host = await ProcessingHost.StartAsync(settings: [("Processing:Relaying:Interval", "00:01:00")]);
        await Poison.RefuseAsync(host.Database);
        TestEvent[] good = [new("u1"), new("u2")];
        var poison = new TestEvent("u3", Poison.EventType);

        (await host.SettledAsync(await host.ReceiveAsync(good[0], poison, good[1]))).ShouldBe("Split");
        (await host.AppliedAsync(good)).ShouldBe([1, 1]);

        await host.LedgerClosesAsync();
        var letter = (await host.Services.GetRequiredService<DeadLetterStore>().ListAsync(new DeadLetterFilter(), 10, null, CancellationToken.None)).Items.ShouldHaveSingleItem();
        letter.EventId.ShouldBe(poison.EventId);
        letter.Stage.ShouldBe("apply");
        letter.Attempts.ShouldBe(5);
        measured.Of("freshet.processing.dead_lettered", "apply").ShouldBe(1);
        measured.Of("freshet.processing.retries").ShouldBeGreaterThanOrEqualTo(3);

        await Poison.MendAsync(host.Database);
        await host.Services.GetRequiredService<DeadLetterStore>().ReplayAsync(new ReplaySelection { Fingerprint = letter.Fingerprint }, CancellationToken.None);

        await Eventually.TrueAsync(async _ => await host.Database.ScalarAsync<string>("select state from dead_letters") == "Replayed", "the replay to be applied");
        (await host.AppliedAsync(poison)).ShouldBe([1]);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_a_dead_letter_at_once()
    {
        await using var host = await ProcessingHost.StartAsync();
        var good = new TestEvent("u1");

        (await host.SettledAsync(await host.ReceiveAsync(good, new TestEvent("u2") { IsMalformed = true }))).ShouldBe("Applied");

        (await host.AppliedAsync(good)).ShouldBe([1]);
        (await host.Database.ListAsync<string>("select stage from dead_letters")).ShouldBe(["read"]);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task Only_the_retry_that_is_due_makes_an_attempt()
    {
        using var measured = new Measurements();
        await using var host = await ProcessingHost.StartAsync(settings: [("Processing:Retrying:FirstDelay", "01:00:00"), ("Processing:Retrying:MaxDelay", "01:00:00")]);
        await Poison.RefuseAsync(host.Database);
        var batch = await host.ReceiveAsync(new TestEvent("u1", Poison.EventType));
        await AttemptAsync(host, batch, 1);
        var announcer = host.Services.GetRequiredService<BatchAnnouncer>();

        await announcer.RetryDueAsync(batch, 99, CancellationToken.None);
        await host.AnnounceAsync(batch);
        await Eventually.TrueAsync(_ => Task.FromResult(measured.Of("freshet.processing.batches", "ignored") == 2), "both messages to be ignored");
        await AttemptAsync(host, batch, 1);

        await announcer.RetryDueAsync(batch, 1, CancellationToken.None);
        await AttemptAsync(host, batch, 2);
        (await host.StateAsync(batch)).ShouldBe("WaitingForRetry");
    }

    [Fact]
    public async Task A_batch_that_ended_its_process_again_and_again_is_parked()
    {
        await using var host = await ProcessingHost.StartAsync();
        var one = new TestEvent("u1");
        var batch = await host.AppendAsync(one);
        await host.Database.ExecuteAsync($"update event_batches set attempt = 4 where batch_id = '{batch}'");

        await host.RedeliverAsync(batch, deliveries: 3);

        (await host.SettledAsync(batch)).ShouldBe("Parked");
        (await host.AppliedAsync(one)).ShouldBe([0]);
        (await host.Database.ListAsync<string>("select code from dead_letters")).ShouldBe(["process.ended"]);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task One_or_two_deliveries_without_an_answer_say_nothing_about_a_batch()
    {
        await using var host = await ProcessingHost.StartAsync();
        var batch = await host.AppendAsync(new TestEvent("u1"));

        await host.RedeliverAsync(batch, deliveries: 2);

        (await host.SettledAsync(batch)).ShouldBe("Applied");
        (await host.Database.ScalarAsync<int>($"select attempt from event_batches where batch_id = '{batch}'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_lost_connection_to_the_broker_is_not_held_against_a_batch()
    {
        await using var host = await ProcessingHost.StartAsync();
        var batch = await host.AppendAsync(new TestEvent("u1"));
        var attempts = $"select attempt from event_batches where batch_id = '{batch}'";
        await using var connection = await host.Database.DataSource.OpenConnectionAsync();
        await using var held = await connection.BeginTransactionAsync();
        await using (var lockIdentities = new NpgsqlCommand("lock table identities in access exclusive mode", connection))
        {
            await lockIdentities.ExecuteNonQueryAsync();
        }

        await host.RedeliverAsync(batch, deliveries: 3);
        await Eventually.TrueAsync(async _ => await host.Database.ScalarAsync<int>(attempts) == 1, "the attempt to begin");
        host.RabbitProxy.Cut();

        await Eventually.TrueAsync(async _ => await host.Database.ScalarAsync<int>(attempts) == 0, "the attempt to be taken back");
        await held.RollbackAsync();
        host.RabbitProxy.Restore();
        (await host.SettledAsync(batch)).ShouldBe("Applied");
    }

    [Fact]
    public async Task An_attempt_is_a_span_of_its_own_that_is_linked_to_the_announcement()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Freshet.Processing" or "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await ProcessingHost.StartAsync();

        var batch = await host.ReceiveAsync(new TestEvent("u1"), new TestEvent("u2"));

        var span = await Eventually.GetAsync(
            _ => Task.FromResult(spans.FirstOrDefault(one => one.OperationName == "process event batch" && batch.Equals(one.GetTagItem("freshet.batch.id")))),
            found => found is not null,
            "the span");
        span!.Parent.ShouldBeNull();
        span.GetTagItem("messaging.batch.message_count").ShouldBe(2);
        var send = spans.First(one => one.Source.Name == "MassTransit" && one.Kind == ActivityKind.Producer);
        span.Links.ShouldHaveSingleItem().Context.TraceId.ShouldBe(send.TraceId);
    }

    private static Task<int> AttemptAsync(ProcessingHost host, Guid batch, int attempt) => Eventually.GetAsync(
        _ => host.Database.ScalarAsync<int>($"select attempt from event_batches where batch_id = '{batch}'"),
        made => made == attempt,
        $"attempt {attempt}");
}
