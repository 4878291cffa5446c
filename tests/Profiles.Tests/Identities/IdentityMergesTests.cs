using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Identities;

public sealed class IdentityMergesTests
{
    [Fact]
    public async Task Unmerging_gives_each_part_its_own_traits_and_events_back_and_later_events_respect_it()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Webhook("1", "profile.updated", new { anonymous_id = "kiosk", traits = new { plan = "free" } }, minute: 1));
        await store.AppendAndApplyAsync(Shop.Webhook("2", "profile.updated", new { user_id = "ada", anonymous_id = "kiosk" }, minute: 2), Shop.Order("3", "ada", minute: 3));
        var merged = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        merged.Traits["plan"].Value.GetString().ShouldBe("free");

        var result = (await store.Get<IdentityMerges>().UnmergeAsync(
            merged.Id, [store.Identity("anonymous_id", "kiosk")], "operator-1", CancellationToken.None)).ShouldNotBeNull();

        result.ProfileIds.Count.ShouldBe(2);
        result.ProfileIds[0].ShouldBe(merged.Id);
        var ada = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        var kiosk = (await store.StoredAsync("anonymous_id", "kiosk")).ShouldNotBeNull();
        ada.Id.ShouldNotBe(kiosk.Id);
        ada.Traits.ContainsKey("plan").ShouldBeFalse();
        kiosk.Traits["plan"].Value.GetString().ShouldBe("free");
        (await store.Get<EventReader>().ListAsync(kiosk.Id, 10, null, null, CancellationToken.None)).Items.ShouldHaveSingleItem();
        (await store.Get<EventReader>().ListAsync(ada.Id, 10, null, null, CancellationToken.None)).Items.Count.ShouldBe(2);

        await store.AppendAndApplyAsync(Shop.Webhook("4", "profile.updated", new { user_id = "ada", anonymous_id = "kiosk" }, minute: 4));
        (await store.StoredAsync("anonymous_id", "kiosk")).ShouldNotBeNull().Id.ShouldBe(kiosk.Id);
        (await store.LedgerAsync()).ShouldBe("received 4 = applied 4 + duplicate 0 + filtered 0 + parked 0 + waiting 0");
        (await store.Get<IdentityMerges>().UnmergeAsync(Guid.CreateVersion7(), [], "operator-1", CancellationToken.None)).ShouldBeNull();
    }
}
