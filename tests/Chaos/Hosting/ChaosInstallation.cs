using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Freshet.Chaos.Plans;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Hosting;

/// <summary>The real AppHost, changed only in what chaos needs: a second worker, proxies on the links, failpoints for the next start.</summary>
internal sealed class ChaosInstallation : IAsyncDisposable
{
    public const string SecondWorker = "processing-2";

    private static readonly string[] Servers = ["postgres", "redis", "rabbitmq"];

    private ChaosInstallation(Plan plan, Installation installation, Links? links, Failpoints failpoints, string dataPath)
    {
        Hosts = plan.HasSecondWorker ? ["ingress", "processing", SecondWorker, "gateway"] : ["ingress", "processing", "gateway"];
        Installation = installation;
        Links = links;
        Failpoints = failpoints;
        DataPath = dataPath;
    }

    public Installation Installation { get; }

    /// <summary>Null: no proxies in this run.</summary>
    public Links? Links { get; }

    public Failpoints Failpoints { get; }

    /// <summary>Data and logs of the servers; deleted at the end.</summary>
    public string DataPath { get; }

    public DistributedApplication App => Installation.App;

    public IReadOnlyList<string> Hosts { get; }

    /// <summary>Hosts and servers.</summary>
    public IReadOnlyList<string> All => [.. Servers, .. Hosts];

    /// <summary>Where senders send to: Ingress, or the proxy before it.</summary>
    public Uri IngressAddress => Links is null ? App.GetEndpoint("ingress") : new Uri($"http://localhost:{Links[Links.Senders].Port}");

    /// <summary>Of a server; null: it is a host.</summary>
    public int? PortOf(string resource) => Servers.Contains(resource) ? App.GetEndpoint(resource, "tcp").Port : null;

    /// <summary>The small disk of one server; null in plans without.</summary>
    public SmallDisk? Disk { get; private init; }

    public string AppHostFolder => Projects.AppHost.ProjectPath;

    public static async Task<ChaosInstallation> StartAsync(Plan plan, string dataPath, CancellationToken ct)
    {
        var links = plan.IsProxied ? new Links() : null;
        var failpoints = new Failpoints();
        var disk = plan.Disk is { } server ? SmallDisk.Mount(Path.Combine(dataPath, server)) : null;
        try
        {
            var installation = await Installation.StartAsync<Projects.AppHost>(
                new InstallationOptions { Configure = Configure, Arguments = [$"--Hosting:Data={dataPath}"] }, ct);
            if (plan.HasSecondWorker)
            {
                await installation.WaitUntilHealthyAsync(SecondWorker, ct);
            }

            links?.AddIngress(installation);
            return new ChaosInstallation(plan, installation, links, failpoints, dataPath) { Disk = disk };
        }
        catch
        {
            disk?.Dispose();
            throw;
        }

        void Configure(IDistributedApplicationBuilder builder)
        {
            if (plan.HasSecondWorker)
            {
                AddSecondWorker(builder);
            }

            foreach (var host in builder.Resources.OfType<ProjectResource>().Where(host => host.Name != "migrator").ToList())
            {
                var resource = builder.CreateResourceBuilder(host);
                resource.WithEnvironment(failpoints.Write);
                links?.Place(builder, resource);
            }
        }
    }

    /// <summary>The way of the harness itself to a server, past all proxies.</summary>
    public async Task<string> ConnectionAsync(string name, CancellationToken ct) =>
        await App.GetConnectionStringAsync(name, ct) ?? throw new InvalidOperationException($"'{name}' has no connection string.");

    public async ValueTask DisposeAsync()
    {
        if (Disk is not null)
        {
            // Between the end of the servers and the removal of their data, which a mounted folder would resist.
            await App.StopAsync(CancellationToken.None);
            Disk.Dispose();
        }

        await Installation.DisposeAsync();
        if (Links is not null)
        {
            await Links.DisposeAsync();
        }
    }

    // What AppHost says of the first worker, once more under another name: same program, same variables, same waits, its own port.
    private static void AddSecondWorker(IDistributedApplicationBuilder builder)
    {
        var first = builder.Resources.Single(resource => resource.Name == "processing");
        var second = builder.AddResource(new ProjectResource(SecondWorker));
        foreach (var annotation in first.Annotations.Where(annotation => annotation is IProjectMetadata or EnvironmentCallbackAnnotation or WaitAnnotation))
        {
            second.WithAnnotation(annotation);
        }

        second.WithHttpEndpoint().WithHttpHealthCheck("/health");
    }
}
