using Freshet.Profiles.Applying;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.DeadLetters;

public sealed class ReplayTests
{
    [Fact]
    public async Task A_replayed_event_is_applied_once_with_its_own_time_of_receipt_and_the_ledger_closes_at_every_step()
    {
        await using var store = await Store.CreateAsync();
        var appended = await store.AppendAsync(Shop.Order("1", "ada"), Shop.Order("2", "ada"));
        await store.ParkAsync(appended.Position.BatchId);
        (await store.LedgerAsync()).ShouldBe("received 2 = applied 0 + duplicate 0 + filtered 0 + parked 2 + waiting 0");
        store.Time.Advance(TimeSpan.FromHours(5));

        var run = await store.Get<DeadLetterStore>().ReplayAsync(new ReplaySelection { Fingerprint = "f-apply.failed" }, CancellationToken.None);

        run.Events.ShouldBe(2);
        (await store.LedgerAsync()).ShouldBe("received 2 = applied 0 + duplicate 0 + filtered 0 + parked 0 + waiting 2");
        (await StatesAsync(store)).ShouldBe([DeadLetterState.Replaying, DeadLetterState.Replaying]);
        (await store.ApplyAsync(run.BatchIds.ShouldHaveSingleItem())).ShouldBe(new ApplyBatchResult.Applied(2, 0, 1));
        (await store.LedgerAsync()).ShouldBe("received 2 = applied 2 + duplicate 0 + filtered 0 + parked 0 + waiting 0");
        (await StatesAsync(store)).ShouldBe([DeadLetterState.Replayed, DeadLetterState.Replayed]);
        (await store.Database.ScalarAsync<DateTime>("select max(received_at) from events")).ShouldBe(Store.Start.UtcDateTime);
        (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull().Traits["orders"].Value.GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_replay_that_fails_again_parks_the_same_letter_with_more_attempts()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Raw("1", "not json"u8.ToArray()));

        for (var attempt = 2; attempt <= 3; attempt++)
        {
            store.Time.Advance(TimeSpan.FromMinutes(1));
            var run = await store.Get<DeadLetterStore>().ReplayAsync(new ReplaySelection { SourceId = "demo" }, CancellationToken.None);
            (await store.ApplyAsync(run.BatchIds.ShouldHaveSingleItem())).ShouldBe(new ApplyBatchResult.Applied(0, 1, 0));
            var letter = (await ListAsync(store)).ShouldHaveSingleItem();
            (letter.State, letter.Attempts).ShouldBe((DeadLetterState.Parked, attempt));
            (await store.LedgerAsync()).ShouldBe("received 1 = applied 0 + duplicate 0 + filtered 0 + parked 1 + waiting 0");
        }
    }

    [Fact]
    public async Task Two_replays_at_a_time_take_no_letter_twice_and_no_batch_is_larger_than_500()
    {
        await using var store = await Store.CreateAsync();
        var appended = await store.AppendAsync(Enumerable.Range(0, 1200).Select(i => Shop.Order($"{i}", $"u{i % 7}")));
        await store.ParkAsync(appended.Position.BatchId);

        var selection = new ReplaySelection { From = Store.Start.AddDays(-1), To = Store.Start.AddDays(1) };
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            store.Get<DeadLetterStore>().ReplayAsync(selection, CancellationToken.None))));

        runs.Sum(run => run.Events).ShouldBe(1200);
        (await store.Database.ScalarAsync<int>("select max(event_count) from event_batches where kind = 'replay'")).ShouldBeLessThanOrEqualTo(500);
        (await store.LedgerAsync()).ShouldBe("received 1200 = applied 0 + duplicate 0 + filtered 0 + parked 0 + waiting 1200");
        foreach (var batch in runs.SelectMany(run => run.BatchIds))
        {
            await store.ApplyAsync(batch);
        }

        (await store.LedgerAsync()).ShouldBe("received 1200 = applied 1200 + duplicate 0 + filtered 0 + parked 0 + waiting 0");
    }

    [Fact]
    public async Task Replaying_everything_must_be_said()
    {
        await using var store = await Store.CreateAsync();

        await Should.ThrowAsync<ArgumentException>(() => store.Get<DeadLetterStore>().ReplayAsync(new ReplaySelection(), CancellationToken.None));
    }

    [Fact]
    public async Task The_listing_goes_from_new_to_old_page_by_page()
    {
        await using var store = await Store.CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            store.Time.Advance(TimeSpan.FromMinutes(1));
            await store.AppendAndApplyAsync(Shop.Raw($"{i}", "no"u8.ToArray()), Shop.Raw($"{i}", "no"u8.ToArray(), source: "other"));
        }

        var seen = new List<string>();
        DeadLetterCursor? cursor = null;
        for (var more = true; more;)
        {
            var page = await store.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(SourceId: "demo"), 2, cursor, CancellationToken.None);
            seen.AddRange(page.Items.Select(letter => letter.MessageId));
            (more, cursor) = (page.HasMore, new DeadLetterCursor(page.Items[^1].ParkedAt, page.Items[^1].Id));
        }

        seen.ShouldBe(["4", "3", "2", "1", "0"]);
    }

    private static async Task<IReadOnlyList<DeadLetter>> ListAsync(Store store) =>
        (await store.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(), 100, null, CancellationToken.None)).Items;

    private static async Task<IEnumerable<DeadLetterState>> StatesAsync(Store store) => (await ListAsync(store)).Select(letter => letter.State);
}
