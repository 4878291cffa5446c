using System.Text.Json;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Overrides;

public sealed class TraitOverridesStorageTests
{
    [Fact]
    public async Task A_value_set_by_hand_beats_sources_until_it_expires_and_stays_in_the_history()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Plan("1", "ada", "free"));
        await SetAsync(store, "ada", "gold", TimeSpan.FromHours(1));
        await store.AppendAndApplyAsync(Plan("2", "ada", "pro", minute: 2));

        (await PlanAsync(store, "ada")).ShouldBe("gold Override");

        store.Time.Advance(TimeSpan.FromHours(1));
        (await PlanAsync(store, "ada")).ShouldBe("pro Observed");
        (await ExpireAsync(store)).ShouldBe(1);
        (await ExpireAsync(store)).ShouldBe(0);

        (await PlanAsync(store, "ada")).ShouldBe("pro Observed");
        var ended = (await HistoryAsync(store, "ada")).ShouldHaveSingleItem();
        (ended.Value.GetString(), ended.Reason, ended.By, ended.Ended, ended.EndedAt).ShouldBe(("gold", "She called", "operator-1", "expired", Store.Start.AddHours(1)));
        (await store.Database.ScalarAsync<string>("select traits->>'plan' from profiles")).ShouldBe("pro");
    }

    [Fact]
    public async Task The_latest_counts_and_what_it_replaces_or_what_is_removed_ends()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Plan("1", "ada", "free"));
        await SetAsync(store, "ada", "silver", TimeSpan.FromHours(1));
        store.Time.Advance(TimeSpan.FromMinutes(1));
        await SetAsync(store, "ada", "gold", TimeSpan.FromHours(1));
        (await PlanAsync(store, "ada")).ShouldBe("gold Override");

        var ada = await FindAsync(store, "ada");
        var subject = store.Identity("user_id", "ada").Id;
        (await store.Get<TraitOverrides>().RemoveAsync(ada.Id, subject, "plan", "operator-2", CancellationToken.None)).ShouldNotBeNull();
        (await store.Get<TraitOverrides>().RemoveAsync(ada.Id, subject, "plan", "operator-2", CancellationToken.None)).ShouldBeNull();

        (await PlanAsync(store, "ada")).ShouldBe("free Observed");
        (await HistoryAsync(store, "ada")).Select(one => $"{one.Value} {one.Ended} {one.EndedBy}").ShouldBe(["gold removed operator-2", "silver replaced operator-1"]);
    }

    [Fact]
    public async Task It_follows_the_profile_that_takes_over_and_the_later_one_wins_and_goes_back_when_they_part()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Plan("1", "ada", "free"));
        await store.AppendAndApplyAsync(Shop.Webhook("2", "profile.updated", new { anonymous_id = "kiosk", traits = new { plan = "pro" } }, minute: 2));
        await SetAsync(store, "ada", "gold", TimeSpan.FromHours(2));
        store.Time.Advance(TimeSpan.FromMinutes(1));
        await SetAsync(store, "kiosk", "silver", TimeSpan.FromHours(1), "anonymous_id");

        await store.AppendAndApplyAsync(Shop.Webhook("3", "profile.updated", new { user_id = "ada", anonymous_id = "kiosk" }, minute: 3));
        var merged = await FindAsync(store, "ada");
        merged.Identities.Count.ShouldBe(2);
        (await PlanAsync(store, "ada")).ShouldBe("silver Override");
        store.Time.Advance(TimeSpan.FromHours(1));
        (await ExpireAsync(store)).ShouldBe(1);
        (await PlanAsync(store, "ada")).ShouldBe("gold Override");

        await store.Get<IdentityMerges>().UnmergeAsync(merged.Id, [store.Identity("anonymous_id", "kiosk")], "operator-1", CancellationToken.None);
        (await PlanAsync(store, "ada")).ShouldBe("gold Override");
        (await PlanAsync(store, "kiosk", "anonymous_id")).ShouldBe("pro Observed");
    }

    [Fact]
    public async Task It_follows_the_strongest_identity_of_the_locked_profile_however_the_caller_found_it()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(
            Shop.Webhook("1", "profile.updated", new { user_id = "ada", email = "ada@shop.test", traits = new { plan = "free" } }, minute: 1));
        var ada = await FindAsync(store, "ada");
        var wanted = new WantedOverride("plan", JsonElement.Parse("\"gold\""), "why", "who", store.Time.GetUtcNow().AddHours(1));

        foreach (Guid? identity in new Guid?[] { null, Guid.CreateVersion7(), store.Identity("email", "ada@shop.test").Id })
        {
            (await store.Get<TraitOverrides>().SetAsync(ada.Id, identity, wanted, CancellationToken.None)).ShouldNotBeNull().ProfileId.ShouldBe(ada.Id);
        }

        (await store.Database.ListAsync<Guid>("select distinct subject_id from overrides")).ShouldBe([store.Identity("user_id", "ada").Id]);
        (await HistoryAsync(store, "ada")).Select(one => one.Ended).ShouldBe([null, "replaced", "replaced"], ignoreOrder: true);
        (await store.Get<TraitOverrides>().RemoveAsync(ada.Id, identity: null, "plan", "who", CancellationToken.None)).ShouldNotBeNull();
        (await store.Get<TraitOverrides>().SetAsync(Guid.CreateVersion7(), identity: null, wanted, CancellationToken.None)).ShouldBeNull("nobody has that id");
    }

    [Fact]
    public async Task One_that_is_set_to_the_tick_is_taken_off_when_the_history_says_so()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Plan("1", "ada", "free"));
        await SetAsync(store, "ada", "gold", TimeSpan.FromHours(1) + TimeSpan.FromTicks(7));

        store.Time.Advance(TimeSpan.FromHours(1));
        (await ExpireAsync(store)).ShouldBe(1);

        (await PlanAsync(store, "ada")).ShouldBe("free Observed");
        (await store.Database.ScalarAsync<string>("select traits->>'plan' from profiles")).ShouldBe("free");
    }

    [Fact]
    public async Task The_histories_of_several_profiles_are_read_together_each_with_its_own_latest()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Plan("1", "ada", "free"), Plan("2", "bob", "free"), Plan("3", "cyd", "free"));
        foreach (var (who, plan) in new[] { ("ada", "a1"), ("bob", "b1"), ("ada", "a2"), ("ada", "a3") })
        {
            store.Time.Advance(TimeSpan.FromMinutes(1));
            await SetAsync(store, who, plan, TimeSpan.FromHours(1));
        }

        var (ada, bob, cyd) = ((await FindAsync(store, "ada")).Id, (await FindAsync(store, "bob")).Id, (await FindAsync(store, "cyd")).Id);
        var histories = await store.Get<TraitOverrides>().HistoryAsync([cyd, bob, ada], 2, CancellationToken.None);

        histories.Keys.ShouldBe([ada, bob], ignoreOrder: true);
        histories[ada].Select(one => one.Value.GetString()).ShouldBe(["a3", "a2"]);
        histories[bob].Select(one => one.Value.GetString()).ShouldBe(["b1"]);
    }

    [Fact]
    public async Task Values_and_reasons_are_sealed_and_gone_with_the_key_of_the_profile()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Plan("1", "ada", "free"), Plan("2", "bob", "free"));
        await SetAsync(store, "ada", "gold", TimeSpan.FromHours(1));
        await SetAsync(store, "bob", "gold", TimeSpan.FromHours(1));
        (await store.Database.ScalarAsync<long>("select count(*) from overrides where position('She called'::bytea in sealed) > 0")).ShouldBe(0);
        var ada = await FindAsync(store, "ada");

        await store.Database.ExecuteAsync($"update data_keys set wrapped = null, destroyed_at = now() where profile_id = '{ada.Id}'");
        await using var other = await store.AnotherHostAsync();
        store.Time.Advance(TimeSpan.FromHours(1));

        (await other.Get<TraitOverrides>().HistoryAsync([ada.Id], 10, CancellationToken.None)).ShouldBeEmpty();
        await Should.ThrowAsync<SealingException>(() => ExpireAsync(other));
        (await ExpireAsync(other, 1)).ShouldBe(1);
        (await ExpireAsync(other, 1)).ShouldBe(1);
        (await ExpireAsync(other)).ShouldBe(0);
        (await PlanAsync(other, "bob")).ShouldBe("free Observed");
    }

    [Fact]
    public async Task Setting_while_batches_of_the_same_profiles_are_applied_loses_neither()
    {
        await using var store = await Store.CreateAsync();
        string[] people = [.. Enumerable.Range(0, 8).Select(number => $"person-{number}")];
        await store.AppendAndApplyAsync([.. people.Select(who => Plan($"0-{who}", who, "free"))]);

        var applying = Enumerable.Range(1, 10).Select(round => store.AppendAndApplyAsync([.. people.Reverse().Select(who => Shop.Order($"{round}-{who}", who, minute: round))]));
        var setting = people.Select(who => SetAsync(store, who, "gold", TimeSpan.FromHours(1)));
        await Task.WhenAll([.. applying, .. setting]).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

        foreach (var who in people)
        {
            var document = await FindAsync(store, who);
            document.Traits["plan"].Value.GetString().ShouldBe("gold");
            document.Version.ShouldBe(12);
        }
    }

    private static Profiles.Events.RawEvent Plan(string id, string user, string plan, int minute = 1) =>
        Shop.Webhook(id, "profile.updated", new { user_id = user, traits = new { plan } }, minute);

    private static async Task SetAsync(Store store, string who, string plan, TimeSpan lasts, string identityNamespace = "user_id")
    {
        var document = await FindAsync(store, who, identityNamespace);
        var wanted = new WantedOverride("plan", JsonElement.Parse($"\"{plan}\""), "She called", "operator-1", store.Time.GetUtcNow() + lasts);
        (await store.Get<TraitOverrides>().SetAsync(document.Id, store.Identity(identityNamespace, who).Id, wanted, CancellationToken.None)).ShouldNotBeNull().ProfileId.ShouldBe(document.Id);
    }

    private static async Task<int> ExpireAsync(Store store, int limit = 10)
    {
        var now = store.Time.GetUtcNow();
        var due = await store.Get<TraitOverrides>().DueAsync(now, after: null, limit, CancellationToken.None);
        await store.Get<TraitOverrides>().ExpireAsync(due, now, CancellationToken.None);
        return due.Count;
    }

    private static async Task<IReadOnlyList<OverrideView>> HistoryAsync(Store store, string who)
    {
        var profile = (await FindAsync(store, who)).Id;
        return (await store.Get<TraitOverrides>().HistoryAsync([profile], 10, CancellationToken.None))[profile];
    }

    private static async Task<ProfileDocument> FindAsync(Store store, string who, string identityNamespace = "user_id") =>
        (await store.StoredAsync(identityNamespace, who)).ShouldNotBeNull();

    private static async Task<string> PlanAsync(Store store, string who, string identityNamespace = "user_id")
    {
        var view = (await FindAsync(store, who, identityNamespace)).Traits["plan"];
        return $"{view.Value.GetString()} {view.Origin}";
    }
}
