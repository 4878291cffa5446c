using System.Text;
using System.Text.Json;
using CsCheck;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Ignoring;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;
using Freshet.Profiles.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Profiles.Tests.Ignoring;

/// <summary>Which fields are told, how they are counted, and that nothing is told but names and shapes.</summary>
public sealed class IgnoredFieldsTests
{
    private static readonly Source Demo = new() { Id = "demo", Kind = SourceKind.StandardWebhooks, Name = "Demo" };

    private static readonly Workspace Workspace = Workspace.Empty with { Traits = new TraitDictionary(1, Shop.Traits) };

    private readonly FakeTimeProvider time = new(Store.Start);

    [Fact]
    public void Fields_that_no_trait_no_identity_and_no_path_takes_are_found_with_their_shapes() => Found("""
        {
          "user_id": "u1", "plan": "gold", "total": 9.5, "shoe": 41, "width": 2.5, "vip": true, "note": null, "tags": ["a"], "empty": {},
          "customer": {"id": "c1", "email": "ann@shop.test", "firstName": "Ann", "mail2": "ann@work.test"},
          "address": {"plan": "x", "city": "Graz", "since": "2026-01-02", "at": "2026-01-02T03:04:05Z", "web": "https://a.test/", "tel": "+442079460958"}
        }
        """, new() { ["first_name"] = "data.address.city" }).ShouldBe(
    [
        "data.shoe Integer", "data.width Decimal", "data.vip Boolean", "data.note Null", "data.tags List", "data.empty Object",
        "data.customer.mail2 String email", "data.address.plan String", "data.address.since String date", "data.address.at String date-time",
        "data.address.web String url", "data.address.tel String phone",
    ]);

    [Fact]
    public void Names_that_look_personal_are_hidden() => Found("""
        {"ann@shop.test": 1, "4366012345": 2, "8b1e6a5c-0c9f-4c0e-9f0d-3f6b6b3b2a11": 3, "by_user": {"u99887": {"a": 4}}, "address2": 5, "no\ufffe": 6, "nul\u0000": 7}
        """).ShouldBe(
        ["data.* Integer", "data.* Integer", "data.* Integer", "data.by_user.*.a Integer", "data.address2 Integer", "data.* Integer", "data.* Integer"]);

    [Fact]
    public void Of_tracking_calls_the_traits_are_looked_at() => Of(
        RawEventFormat.Tracking, """{"type": "identify", "userId": "u", "traits": {"plan": "x", "hat": 1}, "context": {"traits": {"coat": 2}, "ip": "10.0.0.1"}, "properties": {"y": 1}}""")
        .ShouldBe(["traits.hat Integer", "traits.coat Integer"]);

    [Fact]
    public void Of_a_mapped_body_what_its_rules_do_not_look_at_is_told_under_the_name_of_the_body() => OfMapping(
        new MappingDefinition
        {
            Name = "shop",
            Let = [new("o", new("data.object")), new("who", new("default(buyer.email, o.email)"))],
            Rules =
            [
                new()
                {
                    When = new("kind == 'order'"), Type = "order.completed", Identities = [new("email", new("who"))], Traits = [new("plan", new("o.plan")), new("hat", new("o.hat"))],
                    Properties = [new("skus", new("map(o.items, sku)")), new("first", new("o.gifts.0.name"))],
                },
                new() { Type = "other.happened", Identities = [new("user_id", new("o.secret"))] },
            ],
        },
        """
        {"kind": "order", "buyer": {"email": "a@shop.test", "mail2": "b@shop.test"}, "note": "x",
         "data": {"object": {"plan": "gold", "hat": "green", "secret": 7, "items": [{"sku": 1, "w": 2}], "gifts": [{"name": "g"}], "extra": {"deep": true}}, "livemode": false}}
        """).ShouldBe(
    [
        "hat String", "$.buyer.mail2 String email", "$.note String", "$.data.object.secret Integer", "$.data.object.extra.deep Boolean", "$.data.livemode Boolean",
    ]);

    [Fact]
    public void A_name_that_is_also_a_member_of_its_own_list_is_that_member() => OfMapping(
        new MappingDefinition
        {
            Name = "shop",
            Let = [new("message", new("first(messaging, message and not message.is_echo)"))],
            Rules = [new() { Type = "a.happened", Identities = [new("user_id", new("default(message.sender.id, 'nobody')"))] }],
        },
        """{"messaging": [{"message": {}}], "hat": 1}""").ShouldBe(["$.hat Integer"]);

    [Fact]
    public void Names_that_are_made_of_one_another_are_followed_once() => OfMapping(
        new MappingDefinition
        {
            Name = "shop",
            Let = [new("n0", new("concat(hat, 'x')")), .. Enumerable.Range(1, 90).Select(i => new NamedExpression($"n{i}", new($"concat(n{i - 1}, n{i - 1})")))],
            Rules = [new() { Type = "a.happened", Identities = [new("user_id", new("if(coat == 1, 'u', n90)"))] }],
        },
        """{"hat": "h", "coat": 1, "shoe": 1}""").ShouldBe(["$.shoe Integer"]);

    [Theory]
    [InlineData("$", null)]
    [InlineData("hat", "function transformEvent(event) { return { identities: { user_id: event.hat } }; }")]
    public void A_mapping_that_looks_at_the_whole_body_or_at_who_knows_what_leaves_nothing_to_tell(string property, string? script) => OfMapping(
        new MappingDefinition
        {
            Name = "shop",
            Rules =
            [
                script is null
                    ? new() { Type = "a.happened", Identities = [new("user_id", new("hat"))], Properties = [new("all", new(property))] }
                    : new() { Type = "a.happened", Script = new(script) },
            ],
        },
        """{"hat": "h", "coat": 1}""").ShouldBeEmpty();

    [Fact]
    public void Whatever_arrives_is_told_without_any_of_its_values() =>
        Gen.Select(Gen.String, Gen.String, Gen.Double, Gen.Int).Sample((name, text, number, integer) =>
        {
            var data = JsonSerializer.Serialize(new Dictionary<string, object?> { [name] = "<" + text + ">", ["x"] = double.IsFinite(number) ? number : null, ["y"] = integer });

            foreach (var found in Found(data))
            {
                found.ShouldNotContain("<" + text + ">");
            }
        });

    [Fact]
    public void Every_event_is_looked_at_while_there_is_news_and_then_one_of_a_hundred()
    {
        var tally = new IgnoredFieldTally(time);
        Notice(tally, "news", IgnoredFieldTally.Quiet + 1);
        tally.Take().ShouldHaveSingleItem().Events.ShouldBe(IgnoredFieldTally.Quiet + 1);

        Notice(tally, "news", 10 * IgnoredFieldTally.Usually);
        tally.Take().ShouldHaveSingleItem().Events.ShouldBe(10 * IgnoredFieldTally.Usually);

        Notice(tally, "other", IgnoredFieldTally.Usually);
        Notice(tally, "other", 3);
        tally.Take().ShouldHaveSingleItem().Events.ShouldBe(IgnoredFieldTally.Usually + 3);
        tally.Take().ShouldBeEmpty();
    }

    [Fact]
    public void A_source_has_a_bounded_number_of_fields_and_the_rest_is_counted_together()
    {
        var tally = new IgnoredFieldTally(time);
        for (var i = 0; i < IgnoredFieldTally.MaxFields + 20; i++)
        {
            Notice(tally, "field_of_many_" + (char)('a' + (i / 26)) + (char)('a' + (i % 26)), 1);
        }

        var taken = tally.Take();
        taken.Count.ShouldBe(IgnoredFieldTally.MaxFields + 1);
        taken.Single(field => field.Path.Length == 0).Events.ShouldBe(20);
    }

    [Fact]
    public async Task Counts_are_added_up_in_the_store_and_what_is_not_seen_any_more_leaves_it()
    {
        await using var store = await Store.CreateAsync();
        var report = store.Get<IgnoredFieldStore>();
        var tally = new IgnoredFieldTally(time);
        await TellAsync(report, tally, "hat", "coat");
        time.Advance(TimeSpan.FromDays(20));
        await TellAsync(report, tally, "hat");

        var page = await report.ListAsync("demo", 1, null, CancellationToken.None);
        var rest = await report.ListAsync("demo", 5, (page.Items[0].Field.FirstSeen, page.Items[0].Id), CancellationToken.None);

        (page.HasMore, rest.HasMore).ShouldBe((true, false));
        string[] told = [.. page.Items.Concat(rest.Items).Select(item => $"{item.Field.Path} {item.Field.Events} {item.Field.LastSeen - item.Field.FirstSeen:%d}")];
        told.ShouldBe(["data.hat 2 20", "data.coat 1 0"], ignoreOrder: true);
        (await report.ListAsync("another", 5, null, CancellationToken.None)).Items.ShouldBeEmpty();

        time.Advance(TimeSpan.FromDays(20));
        await TellAsync(report, tally, "shoe");
        (await report.ListAsync(null, 5, null, CancellationToken.None)).Items.Select(item => item.Field.Path).ShouldBe(["data.shoe", "data.hat"]);
    }

    [Fact]
    public async Task The_store_keeps_a_bounded_number_of_rows_per_source_whatever_hosts_send()
    {
        await using var store = await Store.CreateAsync();
        var report = store.Get<IgnoredFieldStore>();
        foreach (var host in (string[])["one", "two"])
        {
            await report.AddAsync(
                [.. Enumerable.Range(0, 300).Select(i => new IgnoredField
                {
                    SourceId = "demo", EventType = "a.b", Path = $"{host}.{i}", Form = new FieldForm(FieldShape.String), Events = 2,
                    FirstSeen = Store.Start, LastSeen = Store.Start,
                })],
                Store.Start.AddDays(-1),
                CancellationToken.None);
        }

        var stored = await report.ListAsync("demo", 1000, null, CancellationToken.None);
        stored.Items.Count.ShouldBe(IgnoredFieldTally.MaxFields + 1);
        stored.Items.Single(item => item.Field.Path.Length == 0).Field.Events.ShouldBe(200);
        stored.Items.Sum(item => item.Field.Events).ShouldBe(1200);
    }

    private static async Task TellAsync(IgnoredFieldStore report, IgnoredFieldTally tally, params string[] fields)
    {
        foreach (var field in fields)
        {
            Notice(tally, field, 1);
        }

        var taken = tally.Take();
        await report.AddAsync(taken, taken[0].LastSeen.AddDays(-31), CancellationToken.None);
    }

    private static void Notice(IgnoredFieldTally tally, string field, int times)
    {
        var raw = Shop.Webhook("1", "a.b", new Dictionary<string, object> { ["user_id"] = "u", [field] = 1 });
        for (var i = 0; i < times; i++)
        {
            tally.Notice(raw, Demo, Workspace);
        }
    }

    private static IEnumerable<string> Found(string data, Dictionary<string, string>? traitPaths = null) =>
        Of(RawEventFormat.Webhook, $$"""{"type": "order.completed", "data": {{data}}}""", traitPaths);

    private static IEnumerable<string> Of(RawEventFormat format, string body, Dictionary<string, string>? traitPaths = null) =>
        Of(format, body, Demo with { TraitPaths = traitPaths ?? [] });

    private static IEnumerable<string> OfMapping(MappingDefinition definition, string body)
    {
        var mapping = MappingCompiler.Compile(definition, 1, out var errors);
        errors.ShouldBeEmpty();
        return Of(RawEventFormat.Mapped, body, Demo with { Mapping = new EventMapping(mapping!, MappingSet.Empty) });
    }

    private static IEnumerable<string> Of(RawEventFormat format, string body, Source source) =>
        FindIgnored.Of(Shop.Raw("1", Encoding.UTF8.GetBytes(body)) with { Format = format }, source, Workspace)
            .ShouldNotBeNull().Fields.Select(field => $"{field.Path} {field.Form.Shape} {field.Form.Format}".TrimEnd());
}
