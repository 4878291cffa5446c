using Freshet.Ingress.Tests.Tracking;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Sources;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>
/// Unmodified clients of Node, and the signers inside vendors' packages, deliver to Ingress over a real socket; what it stored is read as Processing
/// reads it. Without Node this is skipped on a developer's machine and fails on a build server.
/// </summary>
public sealed class ClientDeliveryTests
{
    private const string StripeSecret = "whsec_a_signing_secret_of_stripe";
    private const string HubSpotSecret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    private const string HubSpotUrl = "https://hooks.example.com/webhooks/hubspot";

    private static readonly TraitDictionary Traits = new(1,
    [
        new() { Name = "first_name", Type = TraitType.String },
        new() { Name = "plan", Type = TraitType.String },
        new() { Name = "email", Type = TraitType.String },
        new() { Name = "campaign", Type = TraitType.String, Policy = TraitPolicy.First },
        new() { Name = "colors", Type = TraitType.List, Policy = TraitPolicy.Union },
    ]);

    private static readonly Source[] Sources =
    [
        Of("stripe", SourceKind.Stripe),
        Of("hubspot", SourceKind.Hubspot) with { PublicUrl = HubSpotUrl },
        Of("svix", SourceKind.Svix),
        Of("mixpanel", SourceKind.Mixpanel) with { SecretNames = ["mixpanel", "mixpanel-secret"] },
        Of("ga4", SourceKind.Ga4) with { MeasurementId = ProtocolsFixture.Stream },
        IngressApp.DemoSource,
        IngressApp.AppSource,
    ];

    private static readonly string[] Expected =
    [
        "app order.completed user_id=segment-1 {}",
        "app profile.aliased user_id=segment-1,user_id=segment-0,anonymous_id=segment-0 {}",
        "app profile.identified user_id=segment-1,email=segment@shop.test {email:\"segment@shop.test\",plan:\"gold\"}",
        "demo contact.updated user_id=standard-1 {plan:\"gold\"}",
        "ga4 order.completed user_id=ga4-1,anonymous_id=111.222 {plan:\"gold\"}",
        "ga4 page.viewed user_id=ga4-1,anonymous_id=111.222 {plan:\"gold\"}",
        "hubspot customer.updated external:hubspot=77 {first_name:\"Hugo\"}",
        "hubspot customer.updated external:hubspot=77 {first_name:\"Hugo\"}",
        "hubspot customer.updated external:hubspot=77 {first_name:\"Hugo\"}",
        "mixpanel group.updated external:company=acme {plan:\"platinum\"}",
        "mixpanel imported.once user_id=mixpanel-1 {}",
        "mixpanel one user_id=mixpanel-1 {}",
        "mixpanel profile.aliased user_id=mixpanel-2,user_id=mixpanel-1,anonymous_id=mixpanel-1 {}",
        "mixpanel profile.identified user_id=mixpanel-1 {campaign:\"spring\"}",
        "mixpanel profile.identified user_id=mixpanel-1 {colors:[\"red\"]}",
        "mixpanel profile.identified user_id=mixpanel-1 {first_name:\"Mia\",plan:\"silver\"}",
        "mixpanel profile.identified user_id=mixpanel-1 {plan:null}",
        "mixpanel profile.incremented user_id=mixpanel-1 {}",
        "mixpanel signed.up user_id=mixpanel-1 {}",
        "mixpanel two user_id=mixpanel-1 {}",
        "stripe customer.created external:stripe=cus_1,email=stripe@shop.test {email:\"stripe@shop.test\",first_name:\"Stella\"}",
        "svix contact.updated user_id=svix-1 {plan:\"gold\"}",
    ];

    [Fact]
    public async Task Clients_and_signers_of_npm_deliver_and_are_understood()
    {
        var node = await NodePackages.InstallAsync("tests/Ingress.Tests/clients");
        Assert.SkipWhen(node.Missing is not null && !NodePackages.IsBuildServer, node.Missing ?? "");
        node.Missing.ShouldBeNull();
        await using var database = await TestDatabase.CreateAsync();
        await using var app = IngressApp.Start(database.ConnectionString, sources: Sources, settings: Parameters, listens: true);

        var output = await node.RunAsync("deliver.mjs", [.. Environment.Append(("INGRESS_URL", app.Client.BaseAddress!.ToString()))]);

        output.Split('\n').ShouldBe(["ok segment", "ok mixpanel", "ok stripe", "ok hubspot", "ok svix", "ok standardwebhooks", "ok ga4"]);
        (await StoredAsync(app)).Select(Read).Order(StringComparer.Ordinal).ShouldBe(Expected.Order(StringComparer.Ordinal));
    }

    // Opened as Processing opens them.
    private static async Task<IReadOnlyList<RawEvent>> StoredAsync(IngressApp app)
    {
        var keys = app.Services.GetRequiredService<KeyRing>();
        await using var select = app.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select batch_id, payload_key, payload from event_batches where payload is not null");
        await using var rows = await select.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var events = new List<RawEvent>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            var batchId = rows.GetGuid(0);
            var key = await keys.GetAsync(rows.GetGuid(1), TestContext.Current.CancellationToken);
            events.AddRange(EventBatchCodec.Decode(batchId, key.Open(rows.GetFieldValue<byte[]>(2), EventLog.PayloadPlace(batchId))).Events);
        }

        return events;
    }

    private static string Read(RawEvent raw)
    {
        var source = Sources.Single(source => source.Id == raw.SourceId);
        source = source.Kind is SourceKind.Stripe or SourceKind.Hubspot ? source with { Mapping = BuiltIn(source) } : source;
        var read = ReadEvent.Decide(raw, source, Traits, (space, value) => EventIds.From(space, value)).ShouldBeOfType<ReadResult.Read>(raw.SourceId);
        var traits = read.Event.Traits.OrderBy(trait => trait.Key, StringComparer.Ordinal).Select(trait => $"{trait.Key}:{trait.Value.GetRawText()}");
        return $"{raw.SourceId} {read.Event.Type} {string.Join(',', read.Event.Identities.Select(key => $"{key.Namespace}={key.Value}"))} {{{string.Join(',', traits)}}}";
    }

    private static EventMapping BuiltIn(Source source) =>
        new MappingSet([new StoredMapping(BuiltInMappings.Find(source.MappingOrKind)!, 1, IsActive: true)]).For(source.MappingOrKind)!;

    private static Source Of(string id, SourceKind kind) => new() { Id = id, Kind = kind, Name = id, SecretNames = [id] };

    private static Dictionary<string, string> Parameters => new()
    {
        ["Parameters:stripe"] = StripeSecret,
        ["Parameters:hubspot"] = HubSpotSecret,
        ["Parameters:svix"] = IngressApp.Secret,
        ["Parameters:mixpanel"] = ProtocolsFixture.Token,
        ["Parameters:mixpanel-secret"] = ProtocolsFixture.Secret,
        ["Parameters:ga4"] = ProtocolsFixture.ApiSecret,
    };

    private static IEnumerable<(string Name, string Value)> Environment =>
    [
        ("WRITE_KEY", IngressApp.WriteKey), ("MIXPANEL_TOKEN", ProtocolsFixture.Token), ("MIXPANEL_SECRET", ProtocolsFixture.Secret), ("STRIPE_SECRET", StripeSecret),
        ("HUBSPOT_SECRET", HubSpotSecret), ("HUBSPOT_URL", HubSpotUrl), ("SVIX_SECRET", IngressApp.Secret), ("STANDARD_SECRET", IngressApp.Secret),
        ("GA4_SECRET", ProtocolsFixture.ApiSecret), ("GA4_STREAM", ProtocolsFixture.Stream),
    ];
}
