using System.Globalization;
using System.Text.Json;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Migrator.Tests.Mappings;

/// <summary>
/// The built-in mappings, vendor by vendor: each file in <c>payloads/</c> has the shape of what the vendor documents, with invented people, and says
/// what event it is to become. A folder's name is the kind of the sender.
/// </summary>
public sealed class VendorMappingTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Mappings", "payloads");
    private static readonly DateTimeOffset ReceivedAt = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    // The traits that docs/guides/map-a-source.md promises.
    private static readonly TraitDictionary Traits = new(1,
    [
        Trait("email"), Trait("phone"), Trait("mobile_phone"), Trait("first_name"), Trait("last_name"), Trait("company"), Trait("job_title"), Trait("birthday", TraitType.Date),
        Trait("country"), Trait("region"), Trait("city"), Trait("postal_code"), Trait("locale"), Trait("currency"), Trait("tags", TraitType.List),
        Trait("marketing_opt_in", TraitType.Boolean), Trait("email_status"), Trait("lifecycle_stage"), Trait("lead_status"),
        Trait("cart_items", TraitType.Integer), Trait("cart_value", TraitType.Decimal),
        Trait("subscription_status"), Trait("subscription_plan"), Trait("subscription_renews_at", TraitType.DateTime),
    ]);

    public static TheoryData<string, string> Payloads =>
        [.. Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileNameWithoutExtension(path)))];

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_of_the_vendor_becomes_the_documented_event(string kind, string payload)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, kind, $"{payload}.json")));
        var (body, expected) = (file.RootElement.GetProperty("body"), file.RootElement.GetProperty("event"));
        var source = SourceOf(kind);
        var raw = Raw(source, file.RootElement.GetProperty("headers"), body);

        var result = ReadEvent.Decide(raw, source, Traits, EventIds.From);

        var read = result.ShouldBeOfType<ReadResult.Read>((result as ReadResult.Refused)?.Refusal.ToString() ?? "");
        read.RejectedValues.ShouldBeEmpty();
        read.Event.Type.ShouldBe(expected.GetProperty("type").GetString());
        source.Mapping!.TypeOf(raw).ShouldBe(read.Event.Type);
        read.Event.OccurredAt.ShouldBe(DateTimeOffset.Parse(expected.GetProperty("at").GetString()!, CultureInfo.InvariantCulture));
        read.Event.IsAlias.ShouldBe(expected.TryGetProperty("alias", out _));
        read.Event.Identities.Select(identity => $"{identity.Namespace}={identity.Value}").ShouldBe(expected.GetProperty("identities").EnumerateArray().Select(text => text.GetString()!));
        ShouldBeSame(JsonSerializer.SerializeToElement(read.Event.Traits), expected.GetProperty("traits"));
        var properties = expected.GetProperty("properties");
        ShouldBeSame(read.Event.Properties, properties.ValueKind == JsonValueKind.String ? body : properties);
    }

    [Fact]
    public void Every_built_in_mapping_compiles_and_has_payloads()
    {
        BuiltInMappings.Names.Select(name => BuiltInMappings.Find(name)!.Rules.Count).ShouldAllBe(rules => rules > 0);
        Directory.GetDirectories(Folder).Select(Path.GetFileName).Order().ShouldBe(BuiltInMappings.Names.Order());
    }

    [Fact]
    public void Every_kind_has_a_mapping_or_a_format_of_its_own()
    {
        SourceKind[] own = [SourceKind.StandardWebhooks, SourceKind.Tracking, SourceKind.Svix, SourceKind.Hmac, SourceKind.Mixpanel, SourceKind.Ga4];

        DefinitionWords.All<SourceKind>().Except(own.Select(kind => DefinitionWords.Of(kind))).Order().ShouldBe(BuiltInMappings.Names.Order());
    }

    [Theory]
    [InlineData("shopify", """{"x-shopify-topic": "themes/publish"}""", "{}")]
    [InlineData("stripe", "{}", """{"type": "payout.paid", "data": {"object": {}}}""")]
    [InlineData("hubspot", "{}", """{"subscriptionType": "deal.creation", "objectId": 1}""")]
    [InlineData("hubspot", "{}", """{"subscriptionType": "object.creation", "objectTypeId": "0-3", "objectId": 1}""")]
    [InlineData("woocommerce", """{"x-wc-webhook-topic": "product.updated"}""", "{}")]
    [InlineData("woocommerce", """{"x-wc-webhook-topic": "order.deleted"}""", """{"id": 727}""")]
    [InlineData("sendgrid", "{}", """{"event": "account_status_change"}""")]
    [InlineData("mailgun", "{}", """{"event-data": {"event": "list_member_uploaded"}}""")]
    [InlineData("postmark", "{}", """{"RecordType": "Inbound"}""")]
    [InlineData("amazon-sns", "{}", """{"Type": "Notification", "Message": "hello"}""")]
    [InlineData("dataverse", "{}", """{"PrimaryEntityName": "invoice", "MessageName": "Create"}""")]
    [InlineData("salesforce", "{}", """{"sObject": {"type": "Opportunity"}}""")]
    [InlineData("meta", "{}", """{"changes": [{"field": "feed"}]}""")]
    [InlineData("microsoft-graph", "{}", """{"resource": "teams/1/channels/2"}""")]
    [InlineData("microsoft-graph", "{}", """{"resource": "Users/1/Messages/2", "changeType": "created", "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "2"}}""")]
    [InlineData("microsoft-graph", "{}", """{"resource": "users", "lifecycleEvent": "missed", "subscriptionId": "1"}""")]
    [InlineData("salesforce", "{}", """{"sObject": {"type": "Account", "Id": "001", "Name": "A company", "Phone": "1"}}""")]
    [InlineData("amazon-sns", "{}", """{"eventType": "Complaint", "complaint": {"complaintFeedbackType": "not-spam"}, "mail": {"destination": ["a@example.com"]}}""")]
    [InlineData("github", """{"x-github-event": "ping"}""", """{"sender": {"id": 1}}""")]
    public void What_says_nothing_about_a_person_fits_no_rule(string kind, string headers, string body)
    {
        using var parts = JsonDocument.Parse($"[{headers}, {body}]");
        var source = SourceOf(kind);

        source.Mapping!.TypeOf(Raw(source, parts.RootElement[0], parts.RootElement[1])).ShouldBeNull();
    }

    private static TraitDefinition Trait(string name, TraitType type = TraitType.String) => new() { Name = name, Type = type };

    private static Source SourceOf(string kind)
    {
        var set = new MappingSet([new StoredMapping(BuiltInMappings.Find(kind)!, 1, IsActive: true)]);
        return new Source { Id = kind, Name = kind, Kind = DefinitionWords.Find<SourceKind>(kind)!.Value, Mapping = set.For(kind) };
    }

    private static RawEvent Raw(Source source, JsonElement headers, JsonElement body) => new()
    {
        EventId = EventIds.From(source.Id, "m"),
        SourceId = source.Id,
        MessageId = "m",
        ReceivedAt = ReceivedAt,
        Format = RawEventFormat.Mapped,
        Headers = headers.EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!),
        Body = JsonSerializer.SerializeToUtf8Bytes(body),
    };

    // Numbers by their value: 29.35 and 29.350 are the same.
    private static void ShouldBeSame(JsonElement actual, JsonElement expected) =>
        JsonElement.DeepEquals(actual, expected).ShouldBeTrue($"is\n{actual.GetRawText()}\nand should be\n{expected.GetRawText()}");
}
