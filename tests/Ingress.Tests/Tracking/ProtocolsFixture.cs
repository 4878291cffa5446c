using Freshet.Profiles.Sources;
using Freshet.Testing;

namespace Freshet.Ingress.Tests.Tracking;

/// <summary>A host with a source of each tracking protocol.</summary>
public sealed class ProtocolsFixture : IAsyncLifetime
{
    public const string Token = "0123456789abcdef0123456789abcdef";
    public const string Secret = "a-secret-of-a-service-account";
    public const string OtherToken = "fedcba9876543210fedcba9876543210";
    public const string ApiSecret = "an_api_secret_of_google";
    public const string Stream = "G-1A2BCD345E";

    public TestDatabase Database { get; private set; } = null!;

    public IngressApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        App = IngressApp.Start(
            Database.ConnectionString,
            sources:
            [
                new Source { Id = "mix", Kind = SourceKind.Mixpanel, Name = "Mix", SecretNames = ["mix-token", "mix-secret"] },
                new Source { Id = "mix2", Kind = SourceKind.Mixpanel, Name = "Mix 2", SecretNames = ["mix2-token"] },
                new Source { Id = "web", Kind = SourceKind.Ga4, Name = "Web", SecretNames = ["ga4-secret"], MeasurementId = Stream },
            ],
            settings: new Dictionary<string, string>
            {
                ["Parameters:mix-token"] = Token,
                ["Parameters:mix-secret"] = Secret,
                ["Parameters:mix2-token"] = OtherToken,
                ["Parameters:ga4-secret"] = ApiSecret,
                ["Ingress:AddressLimits:FailuresPerSecond"] = "100000",
            });
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal Task<long> KeptAsync() => Database.ScalarAsync<long>("select count(*) from event_keys");
}
