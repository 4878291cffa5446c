using System.Text;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Storage;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Applying;

public sealed class BatchApplicationStorageTests
{
    // jsonb takes no NUL, so PostgreSQL refuses the row that this event leads to.
    private static readonly object Poison = new { user_id = "poison", traits = new { plan = "a\0b" } };

    [Fact]
    public async Task Events_become_a_profile_with_a_closed_ledger()
    {
        await using var store = await Store.CreateAsync();

        var result = await store.AppendAndApplyAsync(
            Shop.Webhook("1", "profile.updated", new { user_id = "ada", email = "Ada@Example.com", traits = new { first_name = "Ada", plan = "pro" } }),
            Shop.Order("2", "ada", 12.5m, minute: 1),
            Shop.Order("3", "ada", 7.5m, minute: 2));

        result.ShouldBe(new ApplyBatchResult.Applied(3, 0, 1));
        var profile = (await store.StoredAsync("email", "Ada@example.com")).ShouldNotBeNull();
        profile.Traits["first_name"].Value.GetString().ShouldBe("Ada");
        profile.Traits["orders"].Value.GetInt32().ShouldBe(2);
        profile.Traits["spent"].Value.GetDecimal().ShouldBe(20m);
        profile.Version.ShouldBe(1);
        (await store.LedgerAsync()).ShouldBe("received 3 = applied 3 + duplicate 0 + filtered 0 + parked 0 + waiting 0");
    }

    [Fact]
    public async Task Personal_values_and_identities_are_nowhere_in_the_tables()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(
            Shop.Webhook("1", "profile.updated", new { user_id = "canary-user", email = "canary@example.com", traits = new { first_name = "Canary", plan = "pro" } }));

        var hex = Convert.ToHexString("anary"u8);
        foreach (var table in (string[])["profiles", "identities", "events", "event_batches", "event_keys", "ledger_entries"])
        {
            var rows = await store.Database.ListAsync<string>($"select t::text from {table} t");
            rows.ShouldNotBeEmpty();
            rows.ShouldAllBe(row => !row.Contains("canary", StringComparison.OrdinalIgnoreCase)
                && !row.Contains(hex, StringComparison.OrdinalIgnoreCase));
        }

        (await store.Database.ScalarAsync<string>("select traits->>'plan' from profiles")).ShouldBe("pro");
    }

    [Fact]
    public async Task A_batch_is_applied_once()
    {
        await using var store = await Store.CreateAsync();
        var appended = await store.AppendAsync(Shop.Order("1", "ada"));

        (await store.ApplyAsync(appended.Position.BatchId)).ShouldBeOfType<ApplyBatchResult.Applied>();
        (await store.ApplyAsync(appended.Position.BatchId)).ShouldBeOfType<ApplyBatchResult.AlreadyApplied>();
        (await store.ApplyAsync(Guid.CreateVersion7())).ShouldBeOfType<ApplyBatchResult.Unknown>();

        (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull().Traits["orders"].Value.GetInt32().ShouldBe(1);
        (await store.LedgerAsync()).ShouldBe("received 1 = applied 1 + duplicate 0 + filtered 0 + parked 0 + waiting 0");
    }

    [Fact]
    public async Task Without_a_commit_nothing_happened()
    {
        await using var store = await Store.CreateAsync();
        var appended = await store.AppendAsync(Shop.Order("1", "ada"));

        await using (var session = await ProfileSession.OpenAsync(store.DataSource, CancellationToken.None))
        {
            await store.Get<BatchApplication>().ApplyAsync(session, appended.Position.BatchId, CancellationToken.None);
        }

        (await store.StoredAsync("user_id", "ada")).ShouldBeNull();
        (await store.LedgerAsync()).ShouldBe("received 1 = applied 0 + duplicate 0 + filtered 0 + parked 0 + waiting 1");
        (await store.ApplyAsync(appended.Position.BatchId)).ShouldBe(new ApplyBatchResult.Applied(1, 0, 1));
    }

    [Fact]
    public async Task Duplicates_inside_a_stored_batch_are_skipped()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Order("1", "ada"));

        var result = await store.AppendAndApplyAsync(Shop.Order("1", "ada"), Shop.Order("2", "ada"), Shop.Order("2", "ada"));

        result.ShouldBe(new ApplyBatchResult.Applied(1, 0, 1));
        (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull().Traits["orders"].Value.GetInt32().ShouldBe(2);
        (await store.LedgerAsync()).ShouldBe("received 4 = applied 2 + duplicate 2 + filtered 0 + parked 0 + waiting 0");
    }

    [Fact]
    public async Task What_cannot_be_read_becomes_a_dead_letter_and_its_neighbors_are_applied()
    {
        await using var store = await Store.CreateAsync();

        var result = await store.AppendAndApplyAsync(
            Shop.Order("1", "ada"), Shop.Raw("2", "not json"u8.ToArray()), Shop.Webhook("3", "order.completed", new { total = 1 }));

        result.ShouldBe(new ApplyBatchResult.Applied(1, 2, 1));
        var letters = await store.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(), 10, null, CancellationToken.None);
        letters.Items.Select(letter => (letter.MessageId, letter.Stage, letter.State, letter.Attempts)).ShouldBe(
            [("2", "read", DeadLetterState.Parked, 1), ("3", "map", DeadLetterState.Parked, 1)], ignoreOrder: true);
        var raw = await store.Get<DeadLetterStore>().RawAsync(letters.Items.Single(letter => letter.MessageId == "2").Id, CancellationToken.None);
        Encoding.UTF8.GetString(raw.ShouldNotBeNull().Body.Span).ShouldBe("not json");
        (await store.LedgerAsync()).ShouldBe("received 3 = applied 1 + duplicate 0 + filtered 0 + parked 2 + waiting 0");
    }

    [Fact]
    public async Task A_poison_event_is_split_off_and_holds_up_nobody()
    {
        await using var store = await Store.CreateAsync();
        var events = Enumerable.Range(0, 20).Select(i => Shop.Order($"{i}", $"u{i % 4}")).Append(Shop.Webhook("poison", "profile.updated", Poison)).ToList();
        var appended = await store.AppendAsync(events);

        var split = (await store.ApplyAsync(appended.Position.BatchId)).ShouldBeOfType<ApplyBatchResult.Split>();

        split.Events.ShouldBe(20);
        (await store.StoredAsync("user_id", "u1")).ShouldNotBeNull().Traits["orders"].Value.GetInt32().ShouldBe(5);
        (await store.StoredAsync("user_id", "poison")).ShouldBeNull();
        (await store.Get<BatchProgress>().GetAsync(appended.Position, CancellationToken.None)).ShouldBe(BatchState.Split);
        (await store.LedgerAsync()).ShouldBe("received 21 = applied 20 + duplicate 0 + filtered 0 + parked 0 + waiting 1");

        var child = split.SplitOff.ShouldHaveSingleItem();
        (await Should.ThrowAsync<EventApplyException>(() => store.ApplyAsync(child))).EventId.ShouldBe(events[^1].EventId);
        (await store.LedgerAsync()).ShouldBe("received 21 = applied 20 + duplicate 0 + filtered 0 + parked 0 + waiting 1");

        await store.ParkAsync(child);
        (await store.LedgerAsync()).ShouldBe("received 21 = applied 20 + duplicate 0 + filtered 0 + parked 1 + waiting 0");
        (await store.Database.ListAsync<Guid>("select identity_id from identities i where not exists (select from profiles p where p.profile_id = i.profile_id)")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_batch_of_nothing_but_poison_stays_whole()
    {
        await using var store = await Store.CreateAsync();
        var appended = await store.AppendAsync(Shop.Webhook("1", "profile.updated", Poison), Shop.Webhook("2", "profile.updated", Poison));

        await Should.ThrowAsync<EventApplyException>(() => store.ApplyAsync(appended.Position.BatchId));

        (await store.LedgerAsync()).ShouldBe("received 2 = applied 0 + duplicate 0 + filtered 0 + parked 0 + waiting 2");
        await store.ParkAsync(appended.Position.BatchId);
        (await store.LedgerAsync()).ShouldBe("received 2 = applied 0 + duplicate 0 + filtered 0 + parked 2 + waiting 0");
    }

    [Fact]
    public async Task Profiles_that_turn_out_to_be_one_person_are_merged_and_the_other_points_to_it()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Webhook("1", "page.viewed", new { anonymous_id = "visitor-1", traits = new { plan = "free" } }));
        await store.AppendAndApplyAsync(Shop.Order("2", "ada"));

        await store.AppendAndApplyAsync(Shop.Webhook("3", "profile.updated", new { user_id = "ada", anonymous_id = "visitor-1" }, minute: 1));

        var ada = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        ada.Traits["plan"].Value.GetString().ShouldBe("free");
        ada.Traits["orders"].Value.GetInt32().ShouldBe(1);
        (await store.StoredAsync("anonymous_id", "visitor-1")).ShouldNotBeNull().Id.ShouldBe(ada.Id);
        (await store.Database.ScalarAsync<long>("select count(*) from profiles where merged_into is not null and state is null")).ShouldBe(1);
    }
}
