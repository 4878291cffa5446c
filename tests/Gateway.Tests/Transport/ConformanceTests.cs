using System.Diagnostics;
using System.Security.Cryptography;
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

    /// <summary>The packages of the lock file, installed once per lock file into the build's own folder.</summary>
    public sealed class NodeClients : IAsyncLifetime
    {
        private string? _missing;
        private string _folder = "";

        public async ValueTask InitializeAsync()
        {
            try
            {
                await ExecuteAsync("node", ["--version"], AppContext.BaseDirectory);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                _missing = "Node 20 or later is not on the PATH: the reference clients cannot run. Install Node, or leave these tests to the build server.";
                return;
            }

            _folder = await InstallAsync();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public async Task<string> RunAsync(string script, Uri gateway)
        {
            if (_missing is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
                Assert.Skip(_missing);
            _missing.ShouldBeNull();

            return await ExecuteAsync("node", [script], _folder, ("GATEWAY_URL", gateway.ToString()), ("GATEWAY_KEY", TinyGateway.ApiKey));
        }

        private static async Task<string> InstallAsync()
        {
            var root = RepositoryRoot();
            var sources = Path.Combine(root, "tests", "Gateway.Tests", "conformance");
            var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(sources, "package-lock.json"))))[..16];
            var folder = Path.Combine(root, "artifacts", "conformance", hash);
            if (!Directory.Exists(folder))
            {
                // Installed beside and moved: two test runs at once never see half a folder.
                var staging = $"{folder}.{Environment.ProcessId}";
                Copy(sources, staging);
                await ExecuteAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], staging);
                if (Directory.Exists(folder))
                    Directory.Delete(staging, recursive: true);
                else
                    Directory.Move(staging, folder);
            }

            Copy(sources, folder);
            return folder;
        }

        private static void Copy(string from, string to)
        {
            Directory.CreateDirectory(to);
            foreach (var file in Directory.EnumerateFiles(from))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        private static string RepositoryRoot()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Aspire.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository: Aspire.sln was not found above them.");
        }

        private static async Task<string> ExecuteAsync(string command, string[] arguments, string folder, params (string Name, string Value)[] environment)
        {
            var start = new ProcessStartInfo(command, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var (name, value) in environment)
                start.Environment[name] = value;

            using var process = Process.Start(start)!;
            using var budget = new CancellationTokenSource(TimeSpan.FromSeconds(120));
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(budget.Token);
                var errors = process.StandardError.ReadToEndAsync(budget.Token);
                await process.WaitForExitAsync(budget.Token);
                process.ExitCode.ShouldBe(0, $"{command} {string.Join(' ', arguments)}\n{await output}\n{await errors}");
                return (await output).Trim();
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
    }
}
