using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Tests.Applying;

namespace Freshet.Profiles.Tests.Reading;

public sealed class ProfileViewTests
{
    private static readonly Profiles.Identities.IdentityKey Ann = Histories.Identity("user_id", "ann");

    [Fact]
    public void A_window_slides_without_any_event()
    {
        var world = new World(Histories.Traits, Histories.End);
        world.Apply(Order(0, 10), Order(6, 20));
        var count = Histories.Traits.Find("orders_7d")!;
        var view = world.Document(Ann).Traits["orders_7d"];

        view.Value.ValueKind.ShouldBe(JsonValueKind.Undefined);
        Enumerable.Range(0, 9).Select(days => WindowedTraits.ValueAt(view, count, Histories.End.AddDays(days)).GetInt32()).ShouldBe([2, 1, 1, 1, 1, 1, 1, 0, 0]);
    }

    [Fact]
    public void A_window_ends_today_even_if_tomorrow_has_begun_somewhere()
    {
        var world = new World(Histories.Traits, Histories.End);
        world.Apply(Order(-1, 10));
        var count = Histories.Traits.Find("orders_7d")!;

        WindowedTraits.ValueAt(world.Document(Ann).Traits["orders_7d"], count, Histories.End).GetInt32().ShouldBe(0);
        WindowedTraits.ValueAt(world.Document(Ann).Traits["orders_7d"], count, Histories.End.AddDays(1)).GetInt32().ShouldBe(1);
    }

    [Fact]
    public void A_computed_trait_says_so_and_names_the_event_that_contributed_last()
    {
        var world = new World(Histories.Traits, Histories.End);
        world.Apply(Order(1, 10), Order(5, 99));

        var largest = world.Document(Ann).Traits["largest"];

        (largest.Value.GetInt32(), largest.Origin, largest.Event).ShouldBe((99, TraitOrigin.Computed, Order(1, 10).EventId));
    }

    [Fact]
    public void Plain_traits_hold_nothing_personal_and_nothing_that_moves_by_itself()
    {
        var traits = new TraitDictionary(1, [.. Histories.Traits.Traits.Select(trait => trait.Name == "spent" ? trait with { IsPersonal = true } : trait)]);
        var world = new World(traits, Histories.End);
        world.Apply(Order(1, 10));

        ProfileView.Plain(world.Document(Ann), traits).ShouldBe(
            """{"orders":1,"smallest":10,"largest":10,"first_order":"2026-11-14T08:00:00Z","last_order":"2026-11-14T08:00:00Z","different":1}""");
    }

    [Fact]
    public void A_value_of_a_type_that_the_dictionary_no_longer_has_is_not_shown()
    {
        var world = new World(Histories.Traits, Histories.End);
        world.Apply(Order(1, 10) with { Type = EventTypes.Identified, Traits = new Dictionary<string, JsonElement> { ["latest"] = JsonElement.Parse("\"x\"") } });
        var changed = new TraitDictionary(2, [new() { Name = "latest", Type = TraitType.Integer }]);

        ProfileView.Build(world.Of(Ann), changed, Histories.End).Traits.ShouldBeEmpty();
    }

    private static CanonicalEvent Order(int daysAgo, int amount) => new()
    {
        EventId = EventIds.From("test", $"order {daysAgo} {amount}"),
        SourceId = "shop",
        Type = "order.completed",
        OccurredAt = Histories.End.AddDays(-daysAgo),
        ReceivedAt = Histories.End,
        Identities = [Ann],
        Traits = new Dictionary<string, JsonElement>(),
        Properties = JsonElement.Parse($$"""{"amount": {{amount}}}"""),
    };
}
