using System.Text.Json;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Sources;
using Freshet.Testing;
using Freshet.Testing.Drivers;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Processing.Tests.Enriching;

/// <summary>A shop that asks a provider for the perk of each customer's plan.</summary>
public sealed class PerkShop : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PerkShop(ProcessingHost host, OtherHost provider) => (Host, Provider) = (host, provider);

    public ProcessingHost Host { get; }

    public OtherHost Provider { get; }

    public TestDatabase Database => Host.Database;

    public EnrichmentOrders Orders => Host.Services.GetRequiredService<EnrichmentOrders>();

    public HttpEnrichment Enrichment { get; } = new() { Name = "perks", SourceId = "provider", Attempts = 2 };

    public static async Task<PerkShop> StartAsync(Func<HttpEnrichment, HttpEnrichment>? with = null, params (string Key, string Value)[] settings)
    {
        var provider = await OtherHost.StartAsync(OtherHost.Json("""{"perk": "lounge", "email": "sales@provider.test"}"""));
        var database = await ProcessingHost.DatabaseAsync();
        var shop = new PerkShop(null!, provider);
        await ApplyAsync(database, provider, with?.Invoke(shop.Enrichment) ?? shop.Enrichment);
        return new PerkShop(
            await ProcessingHost.StartAsync(database, settings: [("Processing:Enriching:PollInterval", "00:00:00.050"), ("Processing:Enriching:FirstDelay", "00:00:00.050"), .. settings]),
            provider);
    }

    /// <summary>Tells the shop something about somebody, and waits until it is applied.</summary>
    public async Task TellAsync(object data)
    {
        var (now, messageId) = (TimeProvider.System.GetUtcNow(), $"msg_{Guid.CreateVersion7():n}");
        var raw = new RawEvent
        {
            EventId = EventIds.From("demo", messageId),
            SourceId = "demo",
            MessageId = messageId,
            ReceivedAt = now,
            Format = RawEventFormat.Webhook,
            Body = JsonSerializer.SerializeToUtf8Bytes(new { type = "customer.updated", timestamp = now, data }),
        };
        var batch = new EventBatch { BatchId = Guid.CreateVersion7(), Events = [raw] };
        await Host.EventLog.AppendAsync(batch, Cancellation);
        await Host.AnnounceAsync(batch.BatchId);
        (await Host.SettledAsync(batch.BatchId, Patience)).ShouldBe("Applied");
    }

    /// <summary>Waits until the order of a person has come to this: its state, its reason if it has one, and its generation.</summary>
    public Task OrderAsync(string userId, string expected) => Eventually.GetAsync(
        _ => OrderOfAsync(userId), order => order == expected, $"the order of {userId} to be '{expected}'", Patience);

    public async Task<string?> OrderOfAsync(string userId) => await ProfileAsync(userId) is { } profile
        ? (await Database.ListAsync<string>(
            $"select concat_ws(' ', state, reason, generation) from enrichment_orders where profile_id = '{profile.Id}'")).SingleOrDefault()
        : null;

    /// <summary>Waits until readers of the table see this perk.</summary>
    public Task<TraitView?> PerkAsync(string userId, string? expected) => Eventually.GetAsync(
        async _ => (await ProfileAsync(userId))!.Traits.GetValueOrDefault("perk"), view => view?.Value.GetString() == expected, $"{userId} to have '{expected}'", Patience);

    public async Task<ProfileDocument?> ProfileAsync(string userId) => (await Host.Services.GetRequiredService<StoredProfiles>()
        .ReadAsync([new ProfileKey.ByIdentity(new IdentityKey(Host.Services.GetRequiredService<IdentityIndex>().Of("user_id", userId), "user_id", userId))], Cancellation))[0];

    /// <summary>Keeps orders where they are.</summary>
    public Task PauseAsync() => Orders.PauseAsync("provider", TimeProvider.System.GetUtcNow().AddDays(1), Cancellation);

    /// <summary>Lets everything be asked now.</summary>
    public Task ResumeAsync() => Database.ExecuteAsync("delete from enrichment_pauses; update enrichment_orders set retry_at = now() where state = 'Waiting' and lease is null");

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private static async Task ApplyAsync(TestDatabase database, OtherHost provider, HttpEnrichment enrichment)
    {
        var source = new Source
        {
            Id = "provider",
            Kind = SourceKind.Hmac,
            Name = "Provider",
            IsThirdParty = true,
            LookUp = new LookUpSettings { Url = provider.Address + "perks/{trait:plan}", MappingName = "perks", PrivateHost = provider.Address.Host, RequestsPerSecond = 1000 },
        };
        await database.ExecuteAsync($$$"""
            insert into sources (source_id, kind, name, settings) values ('provider', 'hmac', 'Provider', '{{{DefinitionJson.WriteSettings(source)}}}');
            insert into traits (name, ordinal, definition) values ('perk', 3, '{"name": "perk", "type": "string", "policy": "latest"}');
            insert into mappings (name, version, definition, checksum, active) values
              ('perks', 1, '{"rules": [{"type": "customer.enriched", "identities": {"email": "email"}, "traits": {"perk": "perk"}}]}', 'one', true);
            insert into http_enrichments (name, definition) values ('{{{enrichment.Name}}}', '{{{DefinitionJson.Write(enrichment)}}}');
            """);
    }
}
