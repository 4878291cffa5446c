using Freshet.Profiles.Dictionary;
using Freshet.Testing;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>A host with a source of every kind; those under <c>off-</c> are switched off, those under <c>slow-</c> take one event a second.</summary>
public sealed class VendorsFixture : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public IngressApp App { get; private set; } = null!;

    internal AmazonStub Amazon { get; } = new() { IsLenient = true };

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        App = IngressApp.Start(
            Database.ConnectionString,
            sources:
            [
                .. Vendors.Sources,
                .. Vendors.Sources.Select(source => source with { Id = $"off-{source.Id}", IsEnabled = false }),
                .. Vendors.Sources.Select(source => source with { Id = $"slow-{source.Id}", EventsPerSecond = 1, BasicUser = source.Id }),
                .. Vendors.Sources.Select(source => source with { Id = $"small-{source.Id}", MaxBodyBytes = 1, BasicUser = source.Id }),
            ],
            settings: Vendors.Parameters.Append(new("Ingress:AddressLimits:FailuresPerSecond", "100000")).ToDictionary(),
            services: Amazon.Register);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal Task<HttpResponseMessage> SendAsync(VendorRequest request, string prefix = "") =>
        App.Client.SendAsync((request with { Source = request.Source with { Id = prefix + request.Source.Id } }).ToHttp());

    internal Task<long> KeptAsync() => Database.ScalarAsync<long>("select count(*) from event_keys");

    internal static string Word(Profiles.Sources.SourceKind kind) => DefinitionWords.Of(kind);
}
