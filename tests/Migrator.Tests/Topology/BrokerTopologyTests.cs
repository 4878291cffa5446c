using Freshet.Contracts;
using Freshet.Migrator.Running;
using Freshet.Migrator.Topology;
using Freshet.Testing;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Freshet.Migrator.Tests.Topology;

public sealed class BrokerTopologyTests : IAsyncLifetime
{
    private IConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        var factory = new ConnectionFactory { Uri = new Uri(await RealServices.RabbitMqAsync()) };
        connection = await factory.CreateConnectionAsync();
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    [Fact]
    public async Task Every_queue_of_the_hosts_exists_afterwards_and_declaring_again_changes_nothing()
    {
        (await DeclareAsync(Queues.All)).ShouldBe(6);
        (await DeclareAsync(Queues.All)).ShouldBe(6);

        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in Queues.All)
        {
            (await channel.QueueDeclarePassiveAsync(queue.Name)).MessageCount.ShouldBe(0u);
        }
    }

    [Fact]
    public async Task A_message_to_the_exchange_of_a_queue_arrives_in_the_queue()
    {
        var queue = New("arrives");
        await DeclareAsync([queue]);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));

        await channel.BasicPublishAsync(queue.Name, "", mandatory: true, new byte[] { 1 });

        (await channel.BasicGetAsync(queue.Name, autoAck: true))!.Body.ToArray().ShouldBe(new byte[] { 1 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MassTransit_may_come_before_or_after(bool migratorFirst)
    {
        var queue = New("order");
        if (migratorFirst)
        {
            await DeclareAsync([queue]);
        }

        var consumed = new TaskCompletionSource<Guid>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = await BusAsync(queue, consumed);
        await DeclareAsync([queue]);
        var sender = await bus.GetSendEndpoint(new Uri($"exchange:{queue.Name}"));
        var id = Guid.CreateVersion7();
        await sender.Send(new Ping(id));

        (await consumed.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(id);
        await bus.StopAsync();
    }

    [Fact]
    public async Task A_queue_with_other_properties_stops_with_the_cure()
    {
        var name = $"other-{Guid.CreateVersion7():n}";
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        }

        var error = await Should.ThrowAsync<MigrationException>(DeclareAsync([new QueueDefinition(name, Queues.ArgumentsOf(name))]));

        error.Message.ShouldStartWith($"RabbitMQ has '{name}' with other properties than this release needs (PRECONDITION_FAILED");
        error.Message.ShouldContain($"rabbitmqctl delete_queue {name}");
        error.InnerException.ShouldBeOfType<OperationInterruptedException>();
    }

    private static QueueDefinition New(string what)
    {
        var name = $"{what}-{Guid.CreateVersion7():n}";
        return new QueueDefinition(name, Queues.ArgumentsOf(name));
    }

    private static async Task<IBusControl> BusAsync(QueueDefinition queue, TaskCompletionSource<Guid> consumed)
    {
        var address = new Uri(await RealServices.RabbitMqAsync());
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(address);
            rabbit.ReceiveEndpoint(queue.Name, endpoint =>
            {
                foreach (var (key, value) in queue.Arguments)
                {
                    endpoint.SetQueueArgument(key, value);
                }

                endpoint.ConfigureConsumeTopology = false;
                endpoint.Handler<Ping>(context =>
                {
                    consumed.TrySetResult(context.Message.Id);
                    return Task.CompletedTask;
                });
            });
        });
        await bus.StartAsync();
        return bus;
    }

    private Task<int> DeclareAsync(IReadOnlyList<QueueDefinition> queues) =>
        BrokerTopology.DeclareAsync(connection, queues, TestContext.Current.CancellationToken);
}

/// <summary>A message of these tests. Public, since MassTransit makes a proxy of it.</summary>
public sealed record Ping(Guid Id);
