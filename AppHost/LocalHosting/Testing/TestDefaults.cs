using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>What every AppHost under test gets. The test's own arguments come later and win.</summary>
internal class TestDefaults(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    : BuilderInterceptor
{
    private static readonly string[] Defaults =
    [
        "--Hosting:RandomizePorts=true", "--DcpPublisher:RandomizePorts=true", "--Hosting:Temporary=true", "--environment=Development",
    ];

    public override void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        configureBuilder(options, settings);
        options.Args = [.. Defaults, .. options.Args ?? [], .. args.Except(options.Args ?? [])];
        settings.EnvironmentName ??= Environments.Development;
    }
}
