using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aspire.Hosting;

public static class RabbitMQBuilderExtensions
{
    /// <summary>A RabbitMQ broker. Its queues survive restarts: the data directory keeps them.</summary>
    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var secret = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var broker = new RabbitMQServerResource(name, userName?.Resource, secret);
        var key = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key, new RabbitMQHealthCheck(broker), failureStatus: null, tags: null));
        return builder.AddResource(broker)
            .WithAnnotation(new RabbitMqServer(broker))
            .WithAnnotation(ServerEndpoint.Tcp(port))
            .WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Keeps the data between runs. Here they always are, in the data directory; so this changes nothing.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(
        this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }

    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder) =>
        builder.WithManagementPlugin(port: null);

    /// <summary>The management pages, as endpoint <c>management</c>.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(
        this IResourceBuilder<RabbitMQServerResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new EndpointAnnotation(
            ProtocolType.Tcp, uriScheme: "http", name: RabbitMQServerResource.ManagementEndpointName, port: port));
    }

    private sealed class RabbitMQHealthCheck(RabbitMQServerResource broker) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                var text = await broker.ConnectionStringExpression.GetValueAsync(cancellationToken);
                var factory = new ConnectionFactory { Uri = new Uri(text!), RequestedConnectionTimeout = TimeSpan.FromSeconds(5) };
                await using var connection = await factory.CreateConnectionAsync($"{broker.Name} health check", cancellationToken);
                return connection.IsOpen ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The connection was closed.");
            }
            catch (BrokerUnreachableException fault)
            {
                return HealthCheckResult.Unhealthy(fault.InnerException?.Message ?? fault.Message, fault);
            }
        }
    }
}
