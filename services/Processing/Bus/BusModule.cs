using Freshet.Contracts;
using Freshet.Processing.Batches;
using Freshet.Processing.Failing;
using Freshet.Processing.Storage;
using Freshet.ServiceDefaults.Reaching;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Bus;

/// <summary>MassTransit on RabbitMQ: one endpoint, the queue of event batches, with the saga behind it.</summary>
public static class BusModule
{
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromMinutes(1);

    /// <summary>Connection <c>rabbitmq</c>; options in <see cref="BusOptions.Section"/>.</summary>
    public static IHostApplicationBuilder AddBus(this IHostApplicationBuilder builder)
    {
        var broker = Broker.Of(builder.Configuration.GetConnectionString("rabbitmq"));
        builder.Services.AddSingleton(broker);
        builder.Services.AddOptions<BusOptions>().BindConfiguration(BusOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // Nothing waits for the broker to start: /health says that it is away, and the bus connects when it is back.
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(10);
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(5);
        });
        builder.Services.AddSingleton<BatchAnnouncer>();
        builder.Services.AddSingleton<UnreadableMessages>();
        builder.Services.AddSingleton<FaultedSpills>();
        builder.Services.AddHostedService<ErrorQueues>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetKebabCaseEndpointNameFormatter();
            bus.AddSagaStateMachine<EventBatchStateMachine, EventBatchState>().Repository(RegisterRepository);
            bus.UsingRabbitMq((context, rabbit) => Configure(context, rabbit, broker));
        });
        return builder;
    }

    private static void RegisterRepository(ISagaRepositoryRegistrationConfigurator<EventBatchState> repository)
    {
        repository.RegisterLoadSagaRepository<EventBatchState, EventBatchRepositoryContextFactory>();
        repository.RegisterSagaRepository<
            EventBatchState,
            EventBatchState,
            SagaConsumeContextFactory<EventBatchState, EventBatchState>,
            EventBatchRepositoryContextFactory>();
    }

    private static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, Broker broker)
    {
        var stopping = context.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        rabbit.Host(broker.Address, host =>
        {
            host.PublisherConfirmation = true;

            // The bus waits up to a minute between its attempts; after an outage of twenty seconds it would come back ten seconds late.
            host.OnRefreshConnectionFactory = factory => Reachability.WaitAsync(factory.HostName, factory.Port, BrokerPatience, TimeProvider.System, stopping);
        });
        rabbit.ReceiveEndpoint(Queues.EventBatches, endpoint => Configure(context, endpoint));
    }

    private static void Configure(IBusRegistrationContext context, IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        foreach (var (name, value) in Queues.ArgumentsOf(Queues.EventBatches))
        {
            endpoint.SetQueueArgument(name, value);
        }

        // Messages are sent to the queue's own exchange, so exchanges by message type would only lie around.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = options.Prefetch;
        endpoint.ConcurrentMessageLimit = options.Prefetch;

        // Nobody waits for an answer, so nobody is told of a failure; what failed is in the tables.
        endpoint.PublishFaults = false;
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(Failures.IsTransient);
            retry.Intervals(HoldSchedule.Of(options));
        });
        endpoint.ConfigureSaga<EventBatchState>(context);
    }
}
