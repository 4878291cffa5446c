using Freshet.Contracts;
using Freshet.ServiceDefaults.Reaching;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Freshet.Ingress.Spilling;

public static class SpillingModule
{
    private const string Key = "ConnectionStrings:rabbitmq";
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromMinutes(1);

    /// <summary>MassTransit on RabbitMQ (connection <c>rabbitmq</c>): announcements, and the queue of spilled batches with its consumer.</summary>
    public static IHostApplicationBuilder AddSpilling(this IHostApplicationBuilder builder)
    {
        var address = AddressOf(builder.Configuration);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // Nothing waits for the broker: /health says that it is away, and the bus connects when it is back.
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(5);
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(2);
        });
        builder.Services.AddSingleton<BrokerSender>();
        builder.Services.AddSingleton<SpillQueue>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<SpilledBatchConsumer>();
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var stopping = context.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
                rabbit.Host(address, host =>
                {
                    host.PublisherConfirmation = true;

                    // The bus waits up to a minute between its attempts; after an outage of twenty seconds it would come back ten seconds late.
                    host.OnRefreshConnectionFactory = factory =>
                        Reachability.WaitAsync(factory.HostName, factory.Port, BrokerPatience, TimeProvider.System, stopping);
                });
                rabbit.ReceiveEndpoint(Queues.SpilledBatches, endpoint => Configure(context, endpoint));
            });
        });
        return builder;
    }

    private static void Configure(IBusRegistrationContext context, IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        foreach (var (name, value) in Queues.ArgumentsOf(Queues.SpilledBatches))
        {
            endpoint.SetQueueArgument(name, value);
        }

        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;

        // A consumer that is stopped while it waits for PostgreSQL fails by cancellation. That must give the batch back to the queue, not
        // move it to the error queue; what really cannot be stored goes there by the broker's delivery limit.
        endpoint.RethrowFaultedMessages();
        endpoint.PrefetchCount = 8;
        endpoint.ConcurrentMessageLimit = 2;
        endpoint.ConfigureConsumer<SpilledBatchConsumer>(context);
    }

    private static Uri AddressOf(IConfiguration configuration) =>
        Uri.TryCreate(configuration[Key], UriKind.Absolute, out var address) && address.Scheme is ("amqp" or "amqps")
            ? address
            : throw new InvalidOperationException($"{Key} is not set to an AMQP address. Example: amqp://guest:secret@localhost:5672");
}
