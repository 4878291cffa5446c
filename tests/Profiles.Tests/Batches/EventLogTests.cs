using Freshet.Profiles.Batches;
using Freshet.Profiles.Storage;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Batches;

public sealed class EventLogTests
{
    [Fact]
    public async Task A_new_batch_is_accepted_and_waits_in_the_ledger()
    {
        await using var store = await Store.CreateAsync();

        var batch = store.Batch(Shop.Order("1", "ada"), Shop.Order("2", "bob"));
        var result = await store.Get<EventLog>().AppendAsync(batch, CancellationToken.None);

        result.Position.BatchId.ShouldBe(batch.BatchId);
        result.Accepted.ShouldBe(2);
        result.Duplicates.ShouldBeEmpty();
        (await store.Get<BatchProgress>().GetAsync(result.Position, CancellationToken.None)).ShouldBe(BatchState.Received);
        (await store.LedgerAsync()).ShouldBe("received 2 = applied 0 + duplicate 0 + filtered 0 + parked 0 + waiting 2");
    }

    [Fact]
    public async Task A_second_delivery_is_answered_with_the_position_of_the_first_and_waits_for_nothing()
    {
        await using var store = await Store.CreateAsync();
        var first = await store.AppendAsync(Shop.Order("1", "ada"), Shop.Order("2", "bob"));

        var again = store.Batch(Shop.Order("2", "bob"), Shop.Order("1", "ada"));
        var second = await store.Get<EventLog>().AppendAsync(again, CancellationToken.None);

        second.Accepted.ShouldBe(0);
        second.Position.ShouldBe(first.Position);
        second.Duplicates.Count.ShouldBe(2);
        (await store.Get<BatchProgress>().GetAsync(new Position(again.BatchId), CancellationToken.None)).ShouldBe(BatchState.Applied);
        (await store.LedgerAsync()).ShouldBe("received 4 = applied 0 + duplicate 2 + filtered 0 + parked 0 + waiting 2");
    }

    [Fact]
    public async Task A_mixed_batch_gives_each_request_its_own_position()
    {
        await using var store = await Store.CreateAsync();
        var old = Shop.Order("old", "ada");
        var first = await store.AppendAsync(old);

        var fresh = Shop.Order("new", "bob");
        var batch = store.Batch(fresh, old, fresh);
        batch = batch with { Filtered = [new FilteredCount("demo", Store.Start, 3), new FilteredCount("app", Store.Start, 1)] };
        var result = await store.Get<EventLog>().AppendAsync(batch, CancellationToken.None);

        result.Accepted.ShouldBe(1);
        result.PositionOf([old.EventId]).ShouldBe(first.Position);
        result.PositionOf([old.EventId, fresh.EventId]).BatchId.ShouldBe(batch.BatchId);
        result.PositionOf([fresh.EventId]).BatchId.ShouldBe(batch.BatchId);
        (await store.LedgerAsync()).ShouldBe("received 8 = applied 0 + duplicate 2 + filtered 4 + parked 0 + waiting 2");
    }

    [Fact]
    public async Task Appending_the_same_batch_again_changes_nothing_and_gives_the_same_answer()
    {
        await using var store = await Store.CreateAsync();
        var log = store.Get<EventLog>();
        var known = Shop.Order("known", "ada");
        await store.AppendAsync(known);
        var batch = store.Batch(Shop.Order("1", "ada"), known, Shop.Order("2", "bob"));
        var payload = await log.SealAsync(batch, CancellationToken.None);

        var results = new List<AppendResult>
        {
            await log.AppendSealedAsync(payload.BatchId, payload.KeyId, payload.Payload, CancellationToken.None),
            await log.AppendSealedAsync(payload.BatchId, payload.KeyId, payload.Payload, CancellationToken.None),
            await log.AppendAsync(batch, CancellationToken.None),
        };

        results.ShouldAllBe(result => result.Accepted == 2 && result.Position.BatchId == batch.BatchId && result.Duplicates.Count == 1);
        (await store.LedgerAsync()).ShouldBe("received 4 = applied 0 + duplicate 1 + filtered 0 + parked 0 + waiting 3");
    }

    [Fact]
    public async Task Only_filtered_events_leave_no_batch_waiting()
    {
        await using var store = await Store.CreateAsync();
        var batch = store.Batch([]) with { Filtered = [new FilteredCount("demo", Store.Start, 5)] };

        (await store.Get<EventLog>().AppendAsync(batch, CancellationToken.None)).Accepted.ShouldBe(0);

        (await store.LedgerAsync()).ShouldBe("received 5 = applied 0 + duplicate 0 + filtered 5 + parked 0 + waiting 0");
    }

    [Fact]
    public async Task Senders_that_repeat_each_other_at_the_same_time_lose_and_double_nothing()
    {
        await using var store = await Store.CreateAsync();
        var events = Enumerable.Range(0, 60).Select(i => Shop.Order($"m{i}", $"u{i}")).ToArray();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            var order = new Random(sender);
            var answers = new List<AppendResult>();
            for (var round = 0; round < 10; round++)
            {
                answers.Add(await store.AppendAsync(order.GetItems(events, 25)));
            }

            return answers;
        })));

        var distinct = await store.Database.ScalarAsync<long>("select count(*) from event_keys");
        results.SelectMany(answers => answers).Sum(answer => answer.Accepted).ShouldBe((int)distinct);
        results.SelectMany(answers => answers).ShouldAllBe(answer => answer.Originals.Values.All(position => position.BatchId != Guid.Empty));
        (await store.LedgerAsync()).ShouldBe($"received 2000 = applied 0 + duplicate {2000 - distinct} + filtered 0 + parked 0 + waiting {distinct}");
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_apart_from_bad_data()
    {
        await using var store = await Store.CreateAsync();
        var batch = store.Batch(Shop.Order("1", "ada"));
        await store.AppendAsync(Shop.Order("0", "ada"));
        await using var away = ProfilesDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Database=x;Timeout=2");
        var log = new EventLog(away, store.Get<Freshet.Profiles.Sealing.KeyRing>(), store.Time);

        await Should.ThrowAsync<StoreUnavailableException>(() => log.AppendAsync(batch, CancellationToken.None));
    }
}
