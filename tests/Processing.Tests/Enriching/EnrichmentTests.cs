using System.Text.Json;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Overrides;
using Freshet.Testing;
using Freshet.Testing.Drivers;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Processing.Tests.Enriching;

/// <summary>A provider is asked about profiles, and its answers take the way of every event.</summary>
[Collection(RealBusCollection.Name)]
public sealed class EnrichmentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_profile_is_asked_about_once_per_value_and_the_answer_is_an_event_of_the_provider()
    {
        await using var shop = await PerkShop.StartAsync();

        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        (await shop.PerkAsync("ada", "lounge"))!.Source.ShouldBe("provider");
        await shop.TellAsync(new { user_id = "ada", plan = "gold", orders = 1 });
        shop.Provider.Answers(OtherHost.Json("""{"perk": "upgrade"}"""));
        await shop.TellAsync(new { user_id = "ada", plan = "sil/ver" });
        await shop.PerkAsync("ada", "upgrade");

        shop.Provider.Asked.ShouldBe(["GET /perks/gold", "GET /perks/sil%2Fver"]);
        (await shop.OrderOfAsync("ada")).ShouldBe("Answered 2");
        (await shop.ProfileAsync("ada"))!.Identities.Select(identity => identity.Namespace).ShouldBe(["user_id"], "whom a provider names it does not make one with anybody");
        await shop.Host.LedgerClosesAsync();
        (await shop.Database.ScalarAsync<long>("select sum(received)::bigint from ledger where source_id = 'provider'")).ShouldBe(2);
    }

    [Fact]
    public async Task Who_has_nothing_to_be_asked_by_is_not_asked_about_and_an_old_answer_is_asked_for_again()
    {
        await using var shop = await PerkShop.StartAsync();

        await shop.TellAsync(new { user_id = "ada" });
        (await shop.OrderOfAsync("ada")).ShouldBeNull();
        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        await shop.OrderAsync("ada", "Answered 1");
        await shop.Database.ExecuteAsync("update enrichment_orders set holds_until = now() where state = 'Answered'");
        await shop.TellAsync(new { user_id = "ada" });

        await shop.OrderAsync("ada", "Answered 2");
        shop.Provider.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_provider_that_wants_to_be_left_alone_is_left_alone_by_everybody_and_nothing_is_given_up()
    {
        await using var shop = await PerkShop.StartAsync();
        shop.Provider.Answers(context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return OtherHost.Json("{}", 429)(context);
        });

        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        await shop.OrderAsync("ada", "Waiting put-off 1");
        await shop.TellAsync(new { user_id = "bob", plan = "gold" });

        (await shop.Orders.ClaimAsync(shop.Enrichment, 10, TimeSpan.Zero, Cancellation)).ShouldBeEmpty();
        (await shop.Database.ScalarAsync<double>("select min(extract(epoch from retry_at - now()))::float8 from enrichment_orders where reason = 'put-off'")).ShouldBeGreaterThan(3000);
        (await shop.Database.ListAsync<int>("select distinct attempt from enrichment_orders")).ShouldBe([0]);
        shop.Provider.Asked.Count.ShouldBe(1);
        shop.Provider.Answers(OtherHost.Json("""{"perk": "lounge"}"""));
        await shop.ResumeAsync();
        await shop.OrderAsync("ada", "Answered 1");
        await shop.OrderAsync("bob", "Answered 1");
    }

    [Fact]
    public async Task A_failure_is_tried_again_until_it_is_given_up_with_its_reason()
    {
        using var measured = new Measurements();
        await using var shop = await PerkShop.StartAsync();
        foreach (var (status, order) in new[] { (500, "GaveUp status-500 1"), (401, "GaveUp status-401 1"), (302, "GaveUp redirected 1"), (404, "NotKnown 1") })
        {
            shop.Provider.Answers(OtherHost.Json("{}", status));
            await shop.TellAsync(new { user_id = $"person-{status}", plan = $"plan-{status}" });
            await shop.OrderAsync($"person-{status}", order);
            shop.Provider.Asked.Count(asked => asked.EndsWith($"-{status}", StringComparison.Ordinal)).ShouldBe(status == 404 ? 1 : 2);
        }

        await Eventually.TrueAsync(
            _ => Task.FromResult((measured.Of("freshet.processing.enrichments", "given-up"), measured.Of("freshet.processing.enrichments", "not-known")) == (3, 1)),
            "the counts", PerkShop.Patience);
    }

    [Fact]
    public async Task What_changes_while_the_provider_is_asked_is_asked_for_anew_and_the_old_answer_is_dropped()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var shop = await PerkShop.StartAsync();
        shop.Provider.Answers(async context =>
        {
            await mayAnswer.Task;
            await OtherHost.Json($$"""{"perk": "of {{context.Request.Path}}"}""")(context);
        });

        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        await Eventually.TrueAsync(_ => Task.FromResult(shop.Provider.Asked.Count == 1), "the first call", PerkShop.Patience);
        await shop.TellAsync(new { user_id = "ada", plan = "silver" });
        mayAnswer.SetResult();

        await shop.PerkAsync("ada", "of /perks/silver");
        (await shop.OrderOfAsync("ada")).ShouldBe("Answered 2");
        (await shop.Database.ScalarAsync<long>("select count(*) from events where source_id = 'provider'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_provider_that_hangs_holds_up_no_event_and_only_so_many_calls()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var shop = await PerkShop.StartAsync(null, ("Processing:Enriching:MaxCalls", "2"), ("Processing:Enriching:CallTimeout", "00:05:00"));
        shop.Provider.Answers(async context =>
        {
            await mayAnswer.Task;
            await OtherHost.Json("""{"perk": "lounge"}""")(context);
        });

        for (var i = 0; i < 6; i++)
        {
            await shop.TellAsync(new { user_id = $"person-{i}", plan = "gold" });
        }

        await Eventually.TrueAsync(_ => Task.FromResult(shop.Provider.Asked.Count == 2), "the calls", PerkShop.Patience);
        mayAnswer.SetResult();
        for (var i = 0; i < 6; i++)
        {
            await shop.OrderAsync($"person-{i}", "Answered 1");
        }
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Profiles_share_an_answer_where_the_workspace_says_so_and_it_stays_as_old_as_it_is(bool shares, int asked)
    {
        await using var shop = await PerkShop.StartAsync(enrichment => enrichment with { SharesAnswers = shares });

        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        var first = await shop.PerkAsync("ada", "lounge");
        await shop.TellAsync(new { user_id = "bob", plan = "gold" });
        var second = await shop.PerkAsync("bob", "lounge");

        shop.Provider.Asked.Count.ShouldBe(asked);
        (second!.ObservedAt > first!.ObservedAt.AddMilliseconds(1)).ShouldBe(!shares);
        (await shop.Database.ScalarAsync<long>("select count(*) from enrichment_answers")).ShouldBe(shares ? 1 : 0);
        await shop.Database.ExecuteAsync("update enrichment_answers set holds_until = now()");
        await shop.TellAsync(new { user_id = "cid", plan = "gold" });
        await shop.PerkAsync("cid", "lounge");
        shop.Provider.Asked.Count.ShouldBe(asked + 1);
        (await shop.Database.ListAsync<string>("select body::text from enrichment_answers")).ShouldAllBe(body => !body.Contains("6c6f756e6765", StringComparison.Ordinal), "it is sealed");
    }

    [Fact]
    public async Task Who_was_merged_away_or_erased_meanwhile_is_not_asked_about()
    {
        await using var shop = await PerkShop.StartAsync();
        await shop.PauseAsync();
        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        await shop.TellAsync(new { email = "ada@shop.test", plan = "silver" });
        await shop.TellAsync(new { user_id = "eve", plan = "bronze" });
        await shop.TellAsync(new { user_id = "ada", email = "ada@shop.test" });
        (await shop.Database.ScalarAsync<long>("select count(*) from enrichment_orders")).ShouldBe(3);
        var eve = (await shop.ProfileAsync("eve"))!.Id;
        await shop.Database.ExecuteAsync($"update data_keys set wrapped = null, destroyed_at = now() where profile_id = '{eve}'");

        await shop.ResumeAsync();

        await shop.PerkAsync("ada", "lounge");
        await Eventually.GetAsync(_ => shop.Database.ScalarAsync<long>("select count(*) from enrichment_orders"), left => left == 1, "the others' orders to go", PerkShop.Patience);
        shop.Provider.Asked.ShouldBe(["GET /perks/silver"]);
    }

    [Fact]
    public async Task Who_is_erased_while_the_provider_is_asked_does_not_come_back_by_its_answer()
    {
        using var measured = new Measurements();
        var mayAnswer = new TaskCompletionSource();
        await using var shop = await PerkShop.StartAsync();
        shop.Provider.Answers(async context =>
        {
            await mayAnswer.Task;
            await OtherHost.Json("""{"perk": "lounge"}""")(context);
        });

        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        await Eventually.TrueAsync(_ => Task.FromResult(shop.Provider.Asked.Count == 1), "the call", PerkShop.Patience);
        await shop.Database.ExecuteAsync("update data_keys set wrapped = null, destroyed_at = now() where profile_id is not null");
        mayAnswer.SetResult();

        await Eventually.TrueAsync(_ => Task.FromResult(measured.Of("freshet.processing.enrichments", "obsolete") >= 1), "the answer to be dropped", PerkShop.Patience);
        (await shop.Database.ScalarAsync<long>("select count(*) from event_keys where event_id not in (select event_id from events)")).ShouldBe(0);
        (await shop.Database.ScalarAsync<long>("select count(*) from events where source_id = 'provider'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_host_that_stops_gives_its_orders_back_and_no_attempt_counts()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var shop = await PerkShop.StartAsync();
        shop.Provider.Answers(_ => mayAnswer.Task);
        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        await Eventually.TrueAsync(_ => Task.FromResult(shop.Provider.Asked.Count == 1), "the call", PerkShop.Patience);

        await shop.Host.StopAsync();

        (await shop.Database.ListAsync<string>("select concat_ws(' ', state, reason, attempt) from enrichment_orders where lease is null and retry_at <= now()"))
            .ShouldBe(["Waiting host-stopped 0"]);
        mayAnswer.SetResult();
    }

    [Fact]
    public async Task A_value_that_a_person_set_is_asked_by_as_well()
    {
        await using var shop = await PerkShop.StartAsync();
        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        await shop.PerkAsync("ada", "lounge");
        shop.Provider.Answers(OtherHost.Json("""{"perk": "upgrade"}"""));

        var wanted = new WantedOverride("plan", JsonElement.Parse("\"silver\""), "why", "who", TimeProvider.System.GetUtcNow().AddHours(1));
        var identity = await shop.Database.ScalarAsync<Guid>("select identity_id from identities");
        await shop.Host.Services.GetRequiredService<TraitOverrides>().SetAsync((await shop.ProfileAsync("ada"))!.Id, identity, wanted, Cancellation);

        await shop.PerkAsync("ada", "upgrade");
        shop.Provider.Asked.ShouldBe(["GET /perks/gold", "GET /perks/silver"]);
    }

    [Fact]
    public async Task An_order_whose_host_died_in_the_middle_is_asked_again_and_only_one_answer_is_ever_applied()
    {
        await using var shop = await PerkShop.StartAsync();
        await shop.PauseAsync();
        await shop.TellAsync(new { user_id = "ada", plan = "gold" });
        // The host itself leaves the order alone: its source is paused, and this one is not.
        var byHand = shop.Enrichment with { SourceId = "by-hand" };

        // The lease of the first is over at once: it asked, and died before it could say so, or only seemed to.
        var first = (await shop.Orders.ClaimAsync(byHand, 10, TimeSpan.Zero, Cancellation)).ShouldHaveSingleItem();
        var second = (await shop.Orders.ClaimAsync(byHand, 10, TimeSpan.FromHours(1), Cancellation)).ShouldHaveSingleItem();
        (await shop.Orders.ClaimAsync(byHand, 10, TimeSpan.FromHours(1), Cancellation)).ShouldBeEmpty();

        (await AnswerAsync(shop, first)).ShouldBeNull();
        (await AnswerAsync(shop, second)).ShouldNotBeNull();
        (await AnswerAsync(shop, second)).ShouldBeNull();
        (first.Attempt, second.Attempt).ShouldBe((1, 2));
        (await shop.PerkAsync("ada", "by hand"))!.Source.ShouldBe("provider");
        await shop.Host.LedgerClosesAsync();
        (await shop.Database.ScalarAsync<long>("select sum(received)::bigint from ledger where source_id = 'provider'")).ShouldBe(1);
    }

    private static Task<Guid?> AnswerAsync(PerkShop shop, ClaimedOrder order)
    {
        var now = TimeProvider.System.GetUtcNow();
        var answered = new AnsweredOrder(order.Name, order.OrderId, order.Generation, """{"perk": "by hand"}"""u8.ToArray(), now);
        return shop.Orders.AnswerAsync(order, LookUpEvents.Of("provider", answered, new Dictionary<string, string> { ["user_id"] = "ada" }, now), now.AddDays(30), Cancellation);
    }
}
