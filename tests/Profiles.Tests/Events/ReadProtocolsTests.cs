using System.Text;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Tests.Events;

/// <summary>What items of Mixpanel's protocol and of Google's Measurement Protocol mean.</summary>
public sealed class ReadProtocolsTests
{
    private static readonly DateTimeOffset ReceivedAt = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly TraitDictionary Traits = new(1,
    [
        new() { Name = "first_name", Type = TraitType.String },
        new() { Name = "plan", Type = TraitType.String },
        new() { Name = "campaign", Type = TraitType.String, Policy = TraitPolicy.First },
        new() { Name = "colors", Type = TraitType.List, Policy = TraitPolicy.Union },
    ]);

    public static TheoryData<string, string, string, string> Items => new()
    {
        { """{"event": "Signed Up", "properties": {"distinct_id": "u1", "$device_id": "d1"}}""", "signed.up", "user_id=u1 anonymous_id=d1", "" },
        { """{"event": "Signed Up", "properties": {"distinct_id": "$device:d1", "$device_id": "d1"}}""", "signed.up", "anonymous_id=d1", "" },
        { """{"event": "$mp_web_page_view", "properties": {"distinct_id": "d1", "$device_id": "d1"}}""", "page.viewed", "anonymous_id=d1", "" },
        { """{"event": "a", "properties": {"distinct_id": "x", "$user_id": "u1", "$device_id": "d1"}}""", "a", "user_id=u1 anonymous_id=d1", "" },
        { """{"event": "$identify", "properties": {"$identified_id": "u1", "$anon_id": "$device:d1"}}""", "profile.aliased", "user_id=u1 anonymous_id=d1", "" },
        { """{"event": "$create_alias", "properties": {"distinct_id": "u1", "alias": "u2"}}""", "profile.aliased", "user_id=u2 user_id=u1 anonymous_id=u1", "" },
        { """{"event": "$merge", "properties": {"$distinct_ids": ["u1", "u2"]}}""", "profile.aliased", "user_id=u1 user_id=u2 anonymous_id=u1 anonymous_id=u2", "" },
        { """{"$distinct_id": "u1", "$set": {"$first_name": "Ann", "$email": "ann@shop.test", "plan": "gold"}}""", "profile.identified", "user_id=u1 email=ann@shop.test", "first_name=\"Ann\" plan=\"gold\"" },
        { """{"$distinct_id": "u1", "$set_once": {"campaign": "spring", "plan": "free"}}""", "profile.identified", "user_id=u1", "campaign=\"spring\" -plan:policy.not-first" },
        { """{"$distinct_id": "u1", "$union": {"colors": ["red"]}}""", "profile.identified", "user_id=u1", "colors=[\"red\"]" },
        { """{"$distinct_id": "u1", "$unset": ["$first_name", "other"]}""", "profile.identified", "user_id=u1", "first_name=null" },
        { """{"$distinct_id": "u1", "$add": {"points": 3, "plan": 2}}""", "profile.incremented", "user_id=u1", "" },
        { """{"$distinct_id": "u1", "$append": {"plan": "gold"}}""", "profile.appended", "user_id=u1", "" },
        { """{"$distinct_id": "u1", "$remove": {"plan": "gold"}}""", "profile.value.removed", "user_id=u1", "" },
        { """{"$distinct_id": "u1", "$delete": ""}""", "customer.deleted", "user_id=u1", "" },
        { """{"$group_key": "Company", "$group_id": "acme", "$set": {"plan": "gold", "email": "x@shop.test"}}""", "group.updated", "external:company=acme", "plan=\"gold\"" },
    };

    [Theory]
    [MemberData(nameof(Items))]
    public void An_item_of_Mixpanel_becomes_one_event_of_ours(string body, string type, string identities, string traits)
    {
        var read = Read(RawEventFormat.Mixpanel, body).ShouldBeOfType<ReadResult.Read>();

        read.Event.Type.ShouldBe(type);
        read.Event.IsAlias.ShouldBe(type == "profile.aliased");
        string.Join(' ', read.Event.Identities.Select(identity => $"{identity.Namespace}={identity.Value}")).ShouldBe(identities);
        string.Join(' ', read.Event.Traits.OrderBy(trait => trait.Key, StringComparer.Ordinal).Select(trait => $"{trait.Key}={trait.Value.GetRawText()}")
            .Concat(read.RejectedValues.Select(value => $"-{value.Trait}:{value.Code}"))).ShouldBe(traits);
    }

    [Fact]
    public void What_an_addition_adds_is_a_property_that_computed_traits_sum() =>
        Read(RawEventFormat.Mixpanel, """{"$distinct_id": "u1", "$add": {"points": 3}}""").ShouldBeOfType<ReadResult.Read>()
            .Event.Properties.GetProperty("points").GetInt32().ShouldBe(3);

    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20Z")]
    [InlineData("1700000000500", "2023-11-14T22:13:20.5Z")]
    public void An_event_of_Mixpanel_happened_when_it_says(string time, string expected) =>
        Instants.Write(Read(RawEventFormat.Mixpanel, $$$"""{"event": "a", "properties": {"distinct_id": "u", "time": {{{time}}}}}""").ShouldBeOfType<ReadResult.Read>().Event.OccurredAt)
            .ShouldBe(expected);

    [Theory]
    [InlineData(RawEventFormat.Mixpanel, """{"$distinct_id": "u1", "$add": {}, "$append": {}}""", "operation.unknown")]
    [InlineData(RawEventFormat.Mixpanel, """{"$distinct_id": "u1"}""", "operation.unknown")]
    [InlineData(RawEventFormat.Mixpanel, """{"event": "a", "properties": {"time": "soon", "distinct_id": "u1"}}""", "timestamp.invalid")]
    [InlineData(RawEventFormat.Mixpanel, """{"event": "a", "properties": {}}""", "identity.missing")]
    [InlineData(RawEventFormat.Ga4, """{"params": {}}""", "event.missing")]
    [InlineData(RawEventFormat.Ga4, """{"name": "a", "timestamp_micros": -1}""", "timestamp.invalid")]
    public void What_cannot_be_read_is_refused_with_a_code(RawEventFormat format, string body, string code) =>
        Read(format, body).ShouldBeOfType<ReadResult.Refused>().Refusal.Code.ShouldBe(code);

    [Fact]
    public void An_event_of_Google_has_its_envelope_in_a_header()
    {
        const string Envelope = """{"client_id": "1.2", "user_id": "u1", "timestamp_micros": "1700000000000001", "user_properties": {"plan": {"value": "gold"}, "first_name": {"value": null}}}""";

        var @event = Read(RawEventFormat.Ga4, """{"name": "purchase", "params": {"value": 3}}""", Envelope).ShouldBeOfType<ReadResult.Read>().Event;
        var own = Read(RawEventFormat.Ga4, """{"name": "tutorial_begin", "timestamp_micros": 1600000000000000}""", Envelope).ShouldBeOfType<ReadResult.Read>().Event;

        (@event.Type, own.Type).ShouldBe(("order.completed", "tutorial.begin"));
        @event.Identities.Select(identity => $"{identity.Namespace}={identity.Value}").ShouldBe(["user_id=u1", "anonymous_id=1.2"]);
        @event.Traits.OrderBy(trait => trait.Key, StringComparer.Ordinal).Select(trait => $"{trait.Key}={trait.Value.GetRawText()}").ShouldBe(["first_name=null", "plan=\"gold\""]);
        @event.Properties.GetProperty("value").GetInt32().ShouldBe(3);
        Instants.Write(@event.OccurredAt).ShouldBe("2023-11-14T22:13:20.000001Z");
        Instants.Write(own.OccurredAt).ShouldBe("2020-09-13T12:26:40Z");
    }

    private static ReadResult Read(RawEventFormat format, string body, string? envelope = null) => ReadEvent.Decide(
        new RawEvent
        {
            EventId = EventIds.From("demo", "m"),
            SourceId = "demo",
            MessageId = "m",
            ReceivedAt = ReceivedAt,
            Format = format,
            Headers = envelope is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [ReadGa4.EnvelopeHeader] = envelope },
            Body = Encoding.UTF8.GetBytes(body),
        },
        new Source { Id = "demo", Kind = SourceKind.Mixpanel, Name = "Demo" }, Traits, (space, value) => EventIds.From(space, value));
}
