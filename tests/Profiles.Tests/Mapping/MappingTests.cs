using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Tests.Mapping;

public sealed class MappingTests
{
    private static readonly TraitDictionary Traits = new(1,
    [
        new() { Name = "first_name", Type = TraitType.String },
        new() { Name = "spent", Type = TraitType.Decimal },
        new() { Name = "plan", Type = TraitType.String },
    ]);

    private static readonly MappingDefinition Shop = new()
    {
        Name = "shop",
        Rules =
        [
            new()
            {
                Line = 3, When = new("header('x-topic') == 'orders/paid'", 3, 11), Type = "order.completed", At = new("date(paid_at)", 5, 9),
                Identities = [new("external:shop", new("customer.id")), new("email", new("customer.email"))],
                Traits = [new("first_name", new("text(customer.name)")), new("spent", new("number(spent)", 8, 14)), new("unknown", new("1"))],
                TraitsFrom = new("customer"),
                Properties = [new("total", new("number(total)"))],
            },
            new() { Line = 9, When = new("kind == 'merge'"), Type = "profile.aliased", IsAlias = true, Identities = [new("external:shop", new("[kept, gone]"))] },
            new() { Line = 12, When = new("header('x-topic')"), TypeFrom = new("header('x-topic')"), Identities = [new("user_id", new("user"))], PropertiesFrom = new("data") },
        ],
    };

    [Fact]
    public void An_event_is_what_the_first_fitting_rule_says()
    {
        var @event = Understood(
            """{"customer": {"id": 7, "email": "ann@example.com", "name": " Ann ", "plan": "gold", "first_name": "no"}, "paid_at": "2026-11-23T10:00:00Z", "spent": "1.10", "total": "12.50"}""",
            "orders/paid");

        @event.Type.ShouldBe("order.completed");
        @event.OccurredAt.ShouldBe(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        @event.Identities.Select(identity => $"{identity.Namespace}={identity.Value}").ShouldBe(["external:shop=7", "email=ann@example.com"]);
        @event.Traits.Select(trait => $"{trait.Key}={trait.Value.GetRawText()}").Order().ShouldBe(["first_name=\"Ann\"", "plan=\"gold\"", "spent=1.10"]);
        @event.Properties.GetRawText().ShouldBe("""{"total":12.50}""");
    }

    [Fact]
    public void A_list_gives_several_identities_of_a_namespace()
    {
        var @event = Understood("""{"kind": "merge", "kept": 1, "gone": 2}""", null);

        @event.IsAlias.ShouldBeTrue();
        @event.Identities.Select(identity => identity.Value).ShouldBe(["1", "2"]);
        @event.OccurredAt.ShouldBe(TestMapping.ReceivedAt);
    }

    [Fact]
    public void A_sender_can_name_its_types_itself()
    {
        var @event = Understood("""{"user": "u", "data": {"n": 1}}""", "Thing Happened");

        @event.Type.ShouldBe("thing.happened");
        @event.Properties.GetRawText().ShouldBe("""{"n":1}""");
    }

    [Theory]
    [InlineData("{}", null, "mapping.no_rule", "No rule of mapping 'shop' version 4 fits")]
    [InlineData("""{"user": "u"}""", "-", "mapping.type", "Mapping 'shop' version 4, line 12, column 1: 'typeFrom'")]
    [InlineData("""{"user": "u", "data": 5}""", "x.y", "mapping.value", "Mapping 'shop' version 4, line 12, column 1: 'properties'")]
    [InlineData("""{"customer": {"id": 7}, "paid_at": "soon"}""", "orders/paid", "mapping.date", "Mapping 'shop' version 4, line 5, column 9: 'date'")]
    [InlineData("""{"customer": {"id": 7}, "spent": "much"}""", "orders/paid", "mapping.number", "Mapping 'shop' version 4, line 8, column 14: 'number'")]
    [InlineData("""{"customer": {}}""", "orders/paid", "identity.missing", "No identity was found")]
    public void An_event_that_cannot_be_read_says_where_and_why(string body, string? topic, string code, string reason)
    {
        var refusal = Read(body, topic).ShouldBeOfType<ReadResult.Refused>().Refusal;

        (refusal.Stage, refusal.Code).ShouldBe(("map", code));
        refusal.Reason.ShouldStartWith(reason);
    }

    [Fact]
    public void A_mapped_event_of_a_source_without_a_mapping_waits_for_one()
    {
        var source = new Source { Id = "shop", Name = "Shop", Kind = SourceKind.Hmac };

        var refusal = ReadEvent.Decide(TestMapping.Raw("{}"), source, Traits, EventIds.From).ShouldBeOfType<ReadResult.Refused>().Refusal;

        refusal.Code.ShouldBe("mapping.missing");
    }

    [Theory]
    [InlineData("""{"customer": {"id": 7}, "spent": "much"}""", "orders/paid", "order.completed")]
    [InlineData("""{"user": "u"}""", "thing.done", "thing.done")]
    [InlineData("""{"user": "u"}""", "-", EventMapping.Undecided)]
    [InlineData("[]", "orders/paid", EventMapping.Undecided)]
    [InlineData("{}", null, null)]
    public void The_type_is_known_without_reading_the_event(string body, string? topic, string? type) =>
        Mapping(4).TypeOf(Raw(body, topic)).ShouldBe(type);

    [Theory]
    [InlineData("privacy.erasure.requested", true)]
    [InlineData("privacy.access.requested", true)]
    [InlineData("shop.erasure.requested", true)]
    [InlineData("order.completed", false)]
    public void Privacy_signals_are_known(string type, bool isOne) => EventMapping.IsPrivacySignal(type).ShouldBe(isOne);

    [Fact]
    public void A_replay_is_read_by_the_version_that_it_names()
    {
        var former = Shop with { Rules = [new() { Type = "thing.former", Identities = [new("user_id", new("'u'"))] }] };
        var set = new MappingSet([new(former, 1, IsActive: false), new(Shop, 2, IsActive: true)]);
        var source = new Source { Id = "shop", Name = "Shop", Kind = SourceKind.Shopify, Mapping = set.For("shop") };
        var raw = TestMapping.Raw("{}", (EventMapping.VersionHeader, "shop@1"));

        ReadEvent.Decide(raw, source, Traits, EventIds.From).ShouldBeOfType<ReadResult.Read>().Event.Type.ShouldBe("thing.former");
        ReadEvent.Decide(TestMapping.Raw("{}"), source, Traits, EventIds.From).ShouldBeOfType<ReadResult.Refused>().Refusal.Reason.ShouldContain("version 2");
        ReadEvent.Decide(TestMapping.Raw("{}", (EventMapping.VersionHeader, "shop@9")), source, Traits, EventIds.From)
            .ShouldBeOfType<ReadResult.Refused>().Refusal.Code.ShouldBe("mapping.version");
    }

    [Fact]
    public void A_mapping_is_the_same_after_it_was_stored()
    {
        var definition = Shop with
        {
            Tables = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["t"] = new Dictionary<string, string> { ["a"] = "b" } },
            Let = [new("z", new("a", 2, 3)), new("a1", new("z", 3, 3))],
        };

        var stored = MappingJson.Write(definition);

        MappingJsonReader.Read("shop", stored, out var errors).ShouldNotBeNull();
        errors.ShouldBeEmpty();
        MappingJson.Write(MappingJsonReader.Read("shop", stored, out _)!).ShouldBe(stored);
        MappingCompiler.Compile(MappingJsonReader.Read("shop", stored, out _)!, 0, out errors).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("5", "must be an object")]
    [InlineData("{", "is no JSON")]
    [InlineData("""{"ruels": []}""", "unknown key 'ruels'; did you mean 'rules'?")]
    [InlineData("""{"rules": {}}""", "'rules' must be a list")]
    [InlineData("""{"rules": [{"whem": "a"}]}""", "'rules[0]' has an unknown key 'whem'; did you mean 'when'?")]
    [InlineData("""{"rules": [{"when": 5}]}""", "'rules[0].when' must be an expression")]
    [InlineData("""{"rules": [{"identities": ["a"]}]}""", "'rules[0].identities' must be an object")]
    [InlineData("""{"let": 1}""", "'let' must be an object")]
    [InlineData("""{"tables": [1]}""", "'tables' must be an object")]
    [InlineData("""{"tables": {"a": {"b": 1}}}""", "'tables.a.b' must be text")]
    public void What_is_no_mapping_is_told(string json, string error)
    {
        MappingJsonReader.Read("x", json, out var errors).ShouldBeNull();
        errors.Select(found => found.Message).ShouldContain(message => message.Contains(error));
    }

    private static CanonicalEvent Understood(string body, string? topic) => Read(body, topic).ShouldBeOfType<ReadResult.Read>().Event;

    private static ReadResult Read(string body, string? topic) => TestMapping.Read(Mapping(4), Raw(body, topic), Traits);

    private static CompiledMapping Mapping(int version) => TestMapping.Compile(Shop, version);

    private static RawEvent Raw(string body, string? topic) => topic is null ? TestMapping.Raw(body) : TestMapping.Raw(body, ("x-topic", topic));
}
