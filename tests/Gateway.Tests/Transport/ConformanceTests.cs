using Freshet.Gateway.Tests.Shop;
using Freshet.Testing;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>
/// The reference clients of the three transports judge ours: graphql-http's audits, graphql-ws and graphql-sse, run by Node.
/// Without Node these tests are skipped on a developer's machine and fail on a build server.
/// </summary>
public sealed class ConformanceTests(ConformanceTests.NodeClients node) : IClassFixture<ConformanceTests.NodeClients>
{
    [Fact]
    public async Task All_61_server_audits_of_graphql_http_are_ok()
    {
        var output = await RunAsync("audits.mjs");

        output.ShouldEndWith("61 of 61 ok");
    }

    [Fact]
    public async Task The_graphql_ws_client_subscribes_unsubscribes_and_resumes_without_a_gap()
    {
        var output = await RunAsync("websocket.mjs");

        output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(7, output);
    }

    [Fact]
    public async Task The_graphql_sse_client_subscribes_unsubscribes_and_resumes_without_a_gap()
    {
        var output = await RunAsync("events.mjs");

        output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(5, output);
    }

    [Fact]
    public async Task All_61_server_audits_are_ok_with_the_schema_of_profiles_too()
    {
        await using var shop = await ShopGateway.StartAsync();

        var output = await node.RunAsync("audits.mjs", new Uri(shop.Address, "/graphql"));

        output.ShouldEndWith("61 of 61 ok");
    }

    [Fact]
    public async Task The_socket_and_the_event_client_follow_a_profile_and_resume()
    {
        await using var shop = await ShopGateway.StartAsync(("Gateway:Live:Block", "00:00:00.200"));
        using var stop = new CancellationTokenSource();
        var changing = ChangeAsync(shop, stop.Token);

        var output = await node.RunAsync("profiles.mjs", new Uri(shop.Address, "/graphql"));

        await stop.CancelAsync();
        await changing;
        output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(2, output);
    }

    private static async Task ChangeAsync(ShopGateway shop, CancellationToken ct)
    {
        for (var points = 1; !ct.IsCancellationRequested; points++)
            await shop.SendAsync(ShopGateway.Customer("ann@shop.test", new { points }));
    }

    private async Task<string> RunAsync(string script)
    {
        await using var gateway = await TinyGateway.StartAsync();
        var output = await node.RunAsync(script, new Uri(gateway.Address, "/graphql"));

        await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.OpenSources == 0), "every subscription source is closed after its client left");
        return output;
    }

    /// <summary>The packages of the lock file.</summary>
    public sealed class NodeClients : IAsyncLifetime
    {
        private NodePackages _packages = null!;

        public async ValueTask InitializeAsync() => _packages = await NodePackages.InstallAsync("tests/Gateway.Tests/conformance");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public async Task<string> RunAsync(string script, Uri gateway)
        {
            Assert.SkipWhen(_packages.Missing is not null && !NodePackages.IsBuildServer, _packages.Missing ?? "");
            _packages.Missing.ShouldBeNull();

            return await _packages.RunAsync(script, ("GATEWAY_URL", gateway.ToString()), ("GATEWAY_KEY", TinyGateway.ApiKey));
        }
    }
}
