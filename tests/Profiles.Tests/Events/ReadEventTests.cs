using System.Text;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Tests.Events;

public sealed class ReadEventTests
{
    private static readonly DateTimeOffset ReceivedAt = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly TraitDictionary Traits = new(1,
    [
        new() { Name = "first_name", Type = TraitType.String },
        new() { Name = "age", Type = TraitType.Integer },
        new() { Name = "spent", Type = TraitType.Decimal, Policy = TraitPolicy.Max },
        new() { Name = "plan", Type = TraitType.String },
        new() { Name = "orders", Type = TraitType.Integer, Computed = new() { Aggregate = Aggregate.Count, EventType = "order.completed" } },
    ]);

    [Fact]
    public void A_webhook_says_who_what_when_and_which_traits()
    {
        var @event = Webhook("""
            {"type": "Order Completed", "timestamp": "2026-11-23T11:59:00+01:00",
             "data": {"id": "order-1", "total": 12.50, "plan": "gold", "orders": 7,
                      "customer": {"id": 42, "email": " Ann@Example.com ", "firstName": "Ann", "age": "33", "externalIds": {"Shop": "s-1"}}}}
            """);

        @event.Type.ShouldBe("order.completed");
        @event.OccurredAt.ShouldBe(new DateTimeOffset(2026, 11, 23, 10, 59, 0, TimeSpan.Zero));
        @event.Identities.Select(identity => $"{identity.Namespace}={identity.Value}").ShouldBe(["user_id=42", "external:shop=s-1", "email=ann@example.com"]);
        @event.Traits.Select(trait => $"{trait.Key}={trait.Value.GetRawText()}").Order().ShouldBe(["age=33", "first_name=\"Ann\"", "plan=\"gold\""]);
        @event.Properties.GetProperty("total").GetRawText().ShouldBe("12.50");
    }

    [Theory]
    [InlineData("1763899200", "2025-11-23T12:00:00Z")]
    [InlineData("1763899200123", "2025-11-23T12:00:00.123Z")]
    [InlineData("\"1763899200\"", "2025-11-23T12:00:00Z")]
    [InlineData("\"2026-11-23T12:04:59Z\"", "2026-11-23T12:04:59Z")]
    [InlineData("\"2099-01-01T00:00:00Z\"", "2026-11-23T12:05:00Z")]
    [InlineData("null", "2026-11-23T11:58:20Z")]
    public void A_webhook_happened_when_it_says_but_not_in_the_future(string timestamp, string expected) =>
        Instants.Write(Webhook($$$"""{"type": "a.b", "timestamp": {{{timestamp}}}, "data": {"user_id": "u"}}""").OccurredAt).ShouldBe(expected);

    [Theory]
    [InlineData("[]", "read", "body.malformed")]
    [InlineData("{", "read", "body.malformed")]
    [InlineData("""{"data": {}}""", "map", "type.missing")]
    [InlineData("""{"type": 5, "data": {}}""", "map", "type.missing")]
    [InlineData("""{"type": "a.b"}""", "map", "data.missing")]
    [InlineData("""{"type": "a.b", "data": [1]}""", "map", "data.missing")]
    [InlineData("""{"type": "a.b", "timestamp": "2026-02-30T00:00:00Z", "data": {"user_id": "u"}}""", "map", "timestamp.invalid")]
    [InlineData("""{"type": "a.b", "timestamp": "0001-01-01T00:00:00Z", "data": {"user_id": "u"}}""", "map", "timestamp.invalid")]
    [InlineData("""{"type": "a.b", "timestamp": true, "data": {"user_id": "u"}}""", "map", "timestamp.invalid")]
    [InlineData("""{"type": "a.b", "data": {"id": "order-1"}}""", "map", "identity.missing")]
    [InlineData("""{"type": "a.b", "data": {"email": "secret-value", "user_id": "null"}}""", "map", "identity.missing")]
    public void A_refusal_names_stage_code_and_cure_and_no_value(string body, string stage, string code)
    {
        var refusal = Read(RawEventFormat.Webhook, body).ShouldBeOfType<ReadResult.Refused>().Refusal;

        (refusal.Stage, refusal.Code).ShouldBe((stage, code));
        refusal.Reason.ShouldContain("Send");
        refusal.Reason.ShouldNotContain("secret-value");
    }

    [Fact]
    public void What_does_not_fit_is_left_out_and_named()
    {
        var read = Read(RawEventFormat.Webhook, """
            {"type": "a.b", "data": {"user_id": "u", "email": "nonsense", "traits": {"age": "old", "spent": null, "plan": null, "first_name": "Ann"}}}
            """).ShouldBeOfType<ReadResult.Read>();

        read.RejectedValues.ShouldBe([new("age", RejectedValue.TypeMismatch), new("spent", RejectedValue.NotClearable)], ignoreOrder: true);
        read.RejectedIdentities.ShouldBe(["email"]);
        read.Event.Traits.Keys.Order().ShouldBe(["first_name", "plan"]);
        read.Event.Traits["plan"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("""{"phone": "0660 1234567"}""", "", RejectedValue.CountryUnknown)]
    [InlineData("""{"phone": "0660 1234567"}""", "AT", "+436601234567")]
    [InlineData("""{"phone": "0660 1234567", "country": "Austria"}""", "GB", "+436601234567")]
    [InlineData("""{"phone": "0660 1234567", "traits": {"home_country": "AUT"}, "country": "IT"}""", "GB", "+436601234567")]
    [InlineData("""{"phone": "020 7946 0958", "country_code": "gb"}""", "AT", "+442079460958")]
    [InlineData("""{"phone": "020 7946 0958", "country": "nowhere"}""", "GB", "+442079460958")]
    [InlineData("""{"phone": "nonsense"}""", "AT", RejectedValue.FormatMismatch)]
    public void A_phone_number_takes_the_country_of_its_event_else_of_its_source(string data, string defaultCountry, string expected)
    {
        var traits = new TraitDictionary(1,
        [
            new() { Name = "phone", Type = TraitType.String, Format = TextFormat.Phone },
            new() { Name = "home_country", Type = TraitType.String, Format = TextFormat.Country },
        ]);
        var source = ASource() with { DefaultCountry = defaultCountry.Length == 0 ? null : defaultCountry };

        var read = ReadEvent.Decide(Raw(RawEventFormat.Webhook, $$$"""{"type": "a.b", "data": {"user_id": "u", {{{data[1..]}}}}"""), source, traits, Index)
            .ShouldBeOfType<ReadResult.Read>();

        var isTaken = expected[0] == '+';
        (isTaken ? read.Event.Traits["phone"].GetString() : read.RejectedValues.ShouldHaveSingleItem().Code).ShouldBe(expected);
        read.Event.Identities.Where(identity => identity.Namespace == "phone").Select(identity => identity.Value).ShouldBe(isTaken ? [expected] : []);
        read.RejectedIdentities.ShouldBe(isTaken ? [] : ["phone"]);
    }

    [Theory]
    [InlineData(MissingPolicy.Default, TraitPolicy.Latest, "null", null)]
    [InlineData(MissingPolicy.Null, TraitPolicy.Latest, "null", null)]
    [InlineData(MissingPolicy.Keep, TraitPolicy.Latest, null, null)]
    [InlineData(MissingPolicy.Keep, TraitPolicy.Max, null, null)]
    [InlineData(MissingPolicy.Default, TraitPolicy.Max, null, RejectedValue.NotClearable)]
    public void A_null_says_what_the_trait_takes_it_for_and_an_absent_member_says_nothing(MissingPolicy missing, TraitPolicy policy, string? value, string? code)
    {
        var traits = new TraitDictionary(1, [new() { Name = "age", Type = TraitType.Integer, Policy = policy, Missing = missing }]);

        var read = ReadEvent.Decide(Raw(RawEventFormat.Webhook, """{"type": "a.b", "data": {"user_id": "u", "age": null}}"""), ASource(), traits, Index)
            .ShouldBeOfType<ReadResult.Read>();
        var absent = ReadEvent.Decide(Raw(RawEventFormat.Webhook, """{"type": "a.b", "data": {"user_id": "u"}}"""), ASource(), traits, Index)
            .ShouldBeOfType<ReadResult.Read>();

        (read.Event.Traits.TryGetValue("age", out var age) ? age.GetRawText() : null).ShouldBe(value);
        read.RejectedValues.SingleOrDefault()?.Code.ShouldBe(code);
        read.RejectedValues.Count.ShouldBe(code is null ? 0 : 1);
        (absent.Event.Traits.Count, absent.RejectedValues.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void The_paths_of_a_source_win()
    {
        var source = ASource() with
        {
            TraitPaths = new Dictionary<string, string> { ["first_name"] = "data.items.1.name", ["orders"] = "data.n" },
            IdentityPaths = new Dictionary<string, string> { ["email"] = "data.buyer.mail" },
        };

        var @event = Understood(ReadEvent.Decide(
            Raw(RawEventFormat.Webhook, """{"type": "a.b", "data": {"email": "other@example.com", "first_name": "No", "n": 5, "items": [{}, {"name": "Yes"}], "buyer": {"mail": "b@example.com"}}}"""),
            source, Traits, Index));

        @event.Identities.Select(identity => identity.Value).ShouldBe(["b@example.com"]);
        @event.Traits["first_name"].GetString().ShouldBe("Yes");
        @event.Traits.ShouldNotContainKey("orders");
    }

    [Theory]
    [InlineData("""{"type": "identify", "userId": "u", "traits": {"firstName": "Ann", "email": "ann@example.com"}}""", "profile.identified", "u ann@example.com", "first_name")]
    [InlineData("""{"type": "track", "event": "Order Completed", "userId": "u", "properties": {"plan": "x"}, "context": {"traits": {"plan": "gold"}}}""", "order.completed", "u", "plan")]
    [InlineData("""{"type": "page", "anonymousId": "a", "name": "Home"}""", "page.viewed", "a", "")]
    [InlineData("""{"type": "screen", "anonymousId": "a"}""", "screen.viewed", "a", "")]
    [InlineData("""{"type": "group", "userId": "u", "groupId": "g", "traits": {"plan": "of the group"}}""", "group.joined", "u", "")]
    [InlineData("""{"type": "alias", "userId": "u", "previousId": "p"}""", "profile.aliased", "u p p", "")]
    [InlineData("""{"type": "track", "event": "x.y", "anonymousId": "a", "context": {"externalIds": [{"id": "s-1", "type": "shop"}, {"id": "x@example.com", "type": "email"}]}}""", "x.y", "s-1 x@example.com a", "")]
    public void Tracking_calls_are_understood(string body, string type, string identities, string traits)
    {
        var @event = Tracking(body);

        @event.Type.ShouldBe(type);
        string.Join(' ', @event.Identities.Select(identity => identity.Value)).ShouldBe(identities);
        string.Join(' ', @event.Traits.Keys).ShouldBe(traits);
        @event.IsAlias.ShouldBe(type == "profile.aliased");
    }

    [Theory]
    [InlineData("""{"type": "delete", "userId": "u"}""", "call.unknown")]
    [InlineData("""{"userId": "u"}""", "call.unknown")]
    [InlineData("""{"type": "Track", "event": "a", "userId": "u"}""", "call.unknown")]
    [InlineData("""{"type": "track", "userId": "u"}""", "event.missing")]
    [InlineData("""{"type": "alias", "userId": "u"}""", "alias.incomplete")]
    [InlineData("""{"type": "identify"}""", "identity.missing")]
    [InlineData("""{"type": "identify", "userId": "u", "timestamp": "yesterday"}""", "timestamp.invalid")]
    [InlineData("""{"type": "identify", "userId": "u", "timestamp": "2026-11-23T12:00:00Z", "sentAt": "never"}""", "timestamp.invalid")]
    public void Tracking_calls_that_say_too_little_are_refused(string body, string code) =>
        Read(RawEventFormat.Tracking, body).ShouldBeOfType<ReadResult.Refused>().Refusal.Code.ShouldBe(code);

    [Theory]
    [InlineData("""{"originalTimestamp": "2001-01-01T00:00:00Z", "sentAt": "2001-01-01T00:10:00Z"}""", "2026-11-23T11:50:00Z")]
    [InlineData("""{"timestamp": "2040-01-01T00:00:00Z", "sentAt": "2040-01-01T00:00:30Z"}""", "2026-11-23T11:59:30Z")]
    [InlineData("""{"timestamp": "2026-11-20T00:00:00Z"}""", "2026-11-20T00:00:00Z")]
    [InlineData("""{"timestamp": "2026-11-23T12:00:10Z", "sentAt": "2026-11-23T12:00:00Z"}""", "2026-11-23T12:00:10Z")]
    [InlineData("""{"timestamp": "2050-01-01T00:00:00Z", "sentAt": "2026-11-23T12:00:00Z"}""", "2026-11-23T12:05:00Z")]
    [InlineData("{}", "2026-11-23T12:00:00Z")]
    public void A_clock_that_is_years_off_is_corrected(string times, string expected) =>
        Instants.Write(Tracking("""{"type": "page", "userId": "u", """ + (times == "{}" ? "\"name\": \"Home\"}" : times[1..])).OccurredAt).ShouldBe(expected);

    [Fact]
    public void What_the_batch_says_counts_for_its_items_unless_they_say_otherwise()
    {
        var headers = new Dictionary<string, string>
        {
            ["sentAt"] = "2001-01-01T00:10:00Z",
            ["batch-context"] = """{"traits": {"plan": "silver", "age": 30}}""",
        };

        var @event = Understood(ReadEvent.Decide(
            Raw(RawEventFormat.Tracking, """{"type": "page", "userId": "u", "timestamp": "2001-01-01T00:00:00Z", "context": {"traits": {"plan": "gold"}}}""") with { Headers = headers },
            ASource(), Traits, Index));

        @event.OccurredAt.ShouldBe(ReceivedAt - TimeSpan.FromMinutes(10));
        @event.Traits["plan"].GetString().ShouldBe("gold");
        @event.Traits["age"].GetRawText().ShouldBe("30");
    }

    [Theory]
    [InlineData("Order Completed", "order.completed")]
    [InlineData("order.completed", "order.completed")]
    [InlineData(" checkout.Payment_Failed ", "checkout.payment_failed")]
    [InlineData("order_completed", "order.completed")]
    [InlineData("Added  to - Cart", "added.to.cart")]
    [InlineData("Überweisung erhalten", "überweisung.erhalten")]
    [InlineData(" - ", null)]
    [InlineData("a\nb", null)]
    [InlineData("", null)]
    public void Event_types_have_one_form(string name, string? type) => EventTypes.Normalize(name).ShouldBe(type);

    private static CanonicalEvent Webhook(string body) => Understood(Read(RawEventFormat.Webhook, body));

    private static CanonicalEvent Tracking(string body) => Understood(Read(RawEventFormat.Tracking, body));

    private static CanonicalEvent Understood(ReadResult result) => result.ShouldBeOfType<ReadResult.Read>().Event;

    private static ReadResult Read(RawEventFormat format, string body) => ReadEvent.Decide(Raw(format, body), ASource(), Traits, Index);

    private static RawEvent Raw(RawEventFormat format, string body) => new()
    {
        EventId = EventIds.From("demo", "m"),
        SourceId = "demo",
        MessageId = "m",
        ReceivedAt = ReceivedAt,
        Format = format,
        Headers = format == RawEventFormat.Webhook ? new Dictionary<string, string> { ["webhook-timestamp"] = "1795435100" } : new Dictionary<string, string>(),
        Body = Encoding.UTF8.GetBytes(body),
    };

    private static Source ASource() => new() { Id = "demo", Kind = SourceKind.StandardWebhooks, Name = "Demo" };

    private static Guid Index(string identityNamespace, string value) => EventIds.From(identityNamespace, value);
}
