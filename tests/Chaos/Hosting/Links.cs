using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Freshet.Testing;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Hosting;

/// <summary>A proxy on every link: <c>ingress-postgres</c>, <c>gateway-redis</c> and so on, and <c>sender-ingress</c>.</summary>
internal sealed class Links : IAsyncDisposable
{
    public const string Senders = "sender-ingress";
    private readonly ConcurrentDictionary<string, FaultProxy> proxies = new();

    /// <summary>By name; every link exists once everything is started.</summary>
    public FaultProxy this[string link] => proxies[link];

    /// <summary>The host gets its three connection strings with the proxies' ports in them.</summary>
    public void Place(IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> host)
    {
        foreach (var (server, connection) in ((string, string)[])[("postgres", "freshet"), ("redis", "redis"), ("rabbitmq", "rabbitmq")])
        {
            var resource = (IResourceWithConnectionString)builder.Resources.Single(candidate => candidate.Name == connection);
            var endpoints = (IResourceWithEndpoints)builder.Resources.Single(candidate => candidate.Name == server);
            host.WithEnvironment(async context =>
            {
                var port = endpoints.GetEndpoint("tcp").Port;
                var proxy = proxies.GetOrAdd($"{host.Resource.Name}-{server}", _ => new FaultProxy(port));
                var direct = await resource.GetConnectionStringAsync(context.CancellationToken);
                context.EnvironmentVariables[$"ConnectionStrings__{connection}"] = direct!.Replace($"{port}", $"{proxy.Port}", StringComparison.Ordinal);
            });
        }
    }

    public void AddIngress(Installation installation) =>
        proxies[Senders] = new FaultProxy(installation.App.GetEndpoint("ingress").Port);

    public void HealAll()
    {
        foreach (var proxy in proxies.Values)
        {
            proxy.Heal();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in proxies.Values)
        {
            await proxy.DisposeAsync();
        }
    }
}
