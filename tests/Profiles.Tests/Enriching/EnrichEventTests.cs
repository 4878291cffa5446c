using System.Collections.Frozen;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Enriching;

public sealed class EnrichEventTests
{
    private static readonly TraitDictionary Traits = new(1,
    [
        new() { Name = "postcode", Type = TraitType.Integer },
        new() { Name = "region", Type = TraitType.String },
        new() { Name = "manager", Type = TraitType.String },
        new() { Name = "tier", Type = TraitType.Enum, Values = ["free", "pro"] },
        new() { Name = "score", Type = TraitType.Integer, Maximum = "10" },
        new() { Name = "orders", Type = TraitType.Integer, Computed = new() { Aggregate = Aggregate.Count, EventType = "order.completed" } },
    ]);

    private static readonly Enrichment Regions = Table("a", "postcode", null, ["region", "orders", "unknown"], ("10115", ["\"Berlin\"", "1", "1"]), ("80331", [null, null, null]));

    [Fact]
    public void The_row_of_a_value_gives_the_traits_that_the_event_does_not_bring_itself()
    {
        Decide(Event("""{"postcode": 10115}"""), Regions).ShouldBe("postcode=10115 region=Berlin");
        Decide(Event("""{"postcode": 10115, "region": "Brandenburg"}"""), Regions).ShouldBe("postcode=10115 region=Brandenburg");
        Decide(Event("""{"postcode": 10115, "region": null}"""), Regions).ShouldBe("postcode=10115 region=");
        Decide(Event("""{"postcode": 80331}"""), Regions).ShouldBe("postcode=80331");
        Decide(Event("""{"postcode": 1}"""), Regions).ShouldBe("postcode=1");
        Decide(Event("""{"region": "Berlin"}"""), Regions).ShouldBe("region=Berlin");
    }

    [Fact]
    public void A_table_can_look_up_what_one_before_it_has_set_and_properties()
    {
        var managers = Table("b", "region", null, ["manager"], ("Berlin", ["\"Kim\""]));
        var shops = Table("c", null, "shop.code", ["manager"], ("7", ["\"Lee\""]));

        Decide(Event("""{"postcode": 10115}"""), Regions, managers).ShouldBe("postcode=10115 region=Berlin manager=Kim");
        Decide(Event("""{"postcode": 10115}"""), managers, Regions).ShouldBe("postcode=10115 region=Berlin");
        Decide(Event("{}") with { Properties = JsonElement.Parse("""{"shop": {"code": 7}}""") }, shops).ShouldBe("manager=Lee");
        Decide(Event("{}") with { Properties = JsonElement.Parse("""{"shop": {"code": " 7 "}}""") }, shops).ShouldBe("manager=Lee");
        Decide(Event("{}") with { Properties = JsonElement.Parse("""{"shop": {"code": {}}}""") }, shops).ShouldBe("");
    }

    [Fact]
    public void A_value_that_no_longer_fits_the_dictionary_is_left_out() =>
        Decide(Event("""{"postcode": 1}"""), Table("a", "postcode", null, ["region"], ("1", ["5"]))).ShouldBe("postcode=1");

    [Fact]
    public void Values_stand_the_same_checks_as_those_of_events() =>
        Decide(Event("""{"postcode": 1}"""), Table("a", "postcode", null, ["tier", "score"], ("1", ["\"PRO\"", "11"]))).ShouldBe("postcode=1 tier=pro");

    [Fact]
    public void Equal_rows_of_a_stored_table_are_held_once()
    {
        var read = EnrichmentJson.Read("a", """{"trait":"postcode","set":["region"],"rows":{"1":["Berlin"],"2":["Berlin"],"3":[null]}}""");

        read.Rows["2"].ShouldBeSameAs(read.Rows["1"]);
        read.Rows["1"][0].GetString().ShouldBe("Berlin");
        read.Rows["3"][0].ValueKind.ShouldBe(JsonValueKind.Undefined);
    }

    [Fact]
    public async Task The_profile_has_what_the_table_says_with_the_event_as_its_provenance()
    {
        await using var store = await Store.CreateAsync();
        await using (var insert = store.Database.DataSource.CreateCommand("insert into enrichments (name, definition) values ('plans', $1)"))
        {
            insert.Parameters.Add(new() { Value = EnrichmentJson.Write(Table("plans", "plan", null, ["first_name"], ("gold", ["\"Goldie\""]))) });
            await insert.ExecuteNonQueryAsync();
        }

        await store.DefineAsync(Shop.Traits);
        var raw = Shop.Webhook("1", "profile.updated", new { user_id = "ada", traits = new { plan = "gold" } });
        await store.AppendAndApplyAsync(raw);

        var view = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull().Traits["first_name"];
        (view.Value.GetString(), view.Source, view.Event).ShouldBe(("Goldie", "demo", raw.EventId));
    }

    private static string Decide(CanonicalEvent @event, params Enrichment[] enrichments) => string.Join(
        ' ', EnrichEvent.Decide(@event, enrichments, Traits).Traits.Select(trait => $"{trait.Key}={trait.Value}"));

    private static CanonicalEvent Event(string traits) => new()
    {
        EventId = Guid.Empty,
        SourceId = "demo",
        Type = "profile.updated",
        OccurredAt = Store.Start,
        ReceivedAt = Store.Start,
        Identities = [new IdentityKey(Guid.Empty, "user_id", "ada")],
        Traits = JsonElement.Parse(traits).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
    };

    private static Enrichment Table(string name, string? trait, string? property, string[] set, params (string Key, string?[] Cells)[] rows) => new()
    {
        Name = name,
        KeyTrait = trait,
        KeyProperty = property,
        Traits = set,
        Rows = rows.ToFrozenDictionary(row => row.Key, row => Array.ConvertAll(row.Cells, cell => cell is null ? default : JsonElement.Parse(cell))),
    };
}
