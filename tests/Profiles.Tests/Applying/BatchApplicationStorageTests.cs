using Freshet.Profiles.Applying;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Applying;

public sealed class BatchApplicationStorageTests
{
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
}
