using System.Text.Json;
using Freshet.Gateway.Tests.Shop;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;
using Freshet.Testing.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.LookUps;

/// <summary>A shop whose customers' plans come from CRMs that can be asked: each test has a CRM of its own.</summary>
public sealed class LookUpShop : IAsyncLifetime
{
    public const string Token = "a token that nobody may see";

    private const string Mapping = "crm-answer";

    private static readonly DateTimeOffset LongAgo = TimeProvider.System.GetUtcNow().AddDays(-90);

    private readonly List<Source> sources = [new() { Id = "demo", Kind = SourceKind.StandardWebhooks, Name = "Demo" }];

    public ShopGateway Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Shop = await StartAsync(("Gateway:LookUps:FinishWithin", "00:01:00"), ("Parameters:crm-token", Token));

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    /// <summary>Adds a source that is asked at this host.</summary>
    public async Task AddAsync(string id, OtherHost host, Func<LookUpSettings, LookUpSettings>? with = null, string place = "/contacts/{email}", bool isThirdParty = false)
    {
        var lookUp = new LookUpSettings
        {
            Url = host.Address + place[1..],
            MappingName = Mapping,
            // The default is for machines that are not busy with other tests.
            Timeout = TimeSpan.FromSeconds(40),
            MinInterval = TimeSpan.FromHours(1),
        };
        sources.Add(new Source { Id = id, Kind = SourceKind.StandardWebhooks, Name = id, LookUp = with?.Invoke(lookUp) ?? lookUp, IsThirdParty = isThirdParty });
        await ApplyAsync();
    }

    /// <summary>A customer whose plan the source told long ago.</summary>
    public async Task StaleAsync(string sourceId, string email, string plan = "old")
    {
        var position = await Shop.ReceiveFromAsync(sourceId, Customer(email, new { plan }, LongAgo));
        await Shop.ApplyAsync(position);
        (await Shop.PublishAsync(position)).ShouldBeTrue();
    }

    /// <summary>The plan of a customer, and the reason if it could not be refreshed.</summary>
    public async Task<(string? Plan, string? Reason)> AskAsync(string email, string arguments = "(onStale: REFRESH)")
    {
        var answer = await Shop.Client.SendAsync($$"""query($email: String!) { profile(by: { email: $email }) { traits { plan{{arguments}} } } }""", new { email });
        answer.TryGetProperty("errors", out var errors).ShouldBeFalse(errors.ToString());
        var plan = answer.GetProperty("data").GetProperty("profile").GetProperty("traits").GetProperty("plan").GetString();
        return (plan, ReasonOf(answer));
    }

    public static string? ReasonOf(JsonElement answer) => answer.TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("freshness", out var stale)
        ? stale[0].GetProperty("reason").GetString()
        : null;

    private async Task ApplyAsync()
    {
        var mapping = MappingJsonReader.Read(
            Mapping, """{"rules": [{"type": "customer.updated", "identities": {"email": "email"}, "traits": {"plan": "plan", "first_name": "first_name"}}]}""", out var errors);
        mapping.ShouldNotBeNull(string.Join('\n', errors));
        await new WorkspaceStore(Shop.Services.GetRequiredService<NpgsqlDataSource>())
            .ApplyAsync(new WorkspaceDefinition(ShopDictionary.Traits, sources) { Mappings = [mapping] }, CancellationToken.None);
        await Shop.Services.GetRequiredService<WorkspaceFeed>().RefreshAsync(CancellationToken.None);
    }
}
