using Freshet.Contracts;
using Freshet.Contracts.Events;
using Freshet.Processing.Batches;
using Freshet.Processing.Bus;
using Freshet.Profiles.Batches;
using Freshet.Testing;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RabbitMQ.Client;

namespace Freshet.Processing.Tests;

/// <summary>Everything that this host is made of, on real servers, with a database of its own and proxies that can be cut in front of PostgreSQL and RabbitMQ.</summary>
public sealed class ProcessingHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly string rabbitMq;
    private bool isStopped;

    private ProcessingHost(IHost host, TestDatabase database, FaultProxy postgresProxy, FaultProxy rabbitProxy, string rabbitMq)
    {
        this.host = host;
        this.rabbitMq = rabbitMq;
        Database = database;
        PostgresProxy = postgresProxy;
        RabbitProxy = rabbitProxy;
    }

    /// <summary>The database, past the proxy.</summary>
    public TestDatabase Database { get; }

    public FaultProxy PostgresProxy { get; }

    public FaultProxy RabbitProxy { get; }

    public IServiceProvider Services => host.Services;

    public EventLog EventLog => Services.GetRequiredService<EventLog>();

    public static async Task<ProcessingHost> StartAsync(
        TestDatabase? database = null, Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings)
    {
        database ??= await DatabaseAsync();
        var broker = await RealServices.RabbitMqAsync();
        var postgresProxy = new FaultProxy(new NpgsqlConnectionStringBuilder(database.ConnectionString).Port);
        var rabbitProxy = new FaultProxy(new Uri(broker).Port);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:freshet"] = Through(database.ConnectionString, postgresProxy.Port),
            ["ConnectionStrings:redis"] = await RealServices.RedisAsync(),
            ["ConnectionStrings:rabbitmq"] = new UriBuilder(broker) { Host = "127.0.0.1", Port = rabbitProxy.Port }.Uri.ToString(),
            ["Sealing:KeyEncryptionKey"] = "a-key-encryption-key-for-tests-only",
            ["Sealing:IdentityIndexKey"] = "an-identity-index-key-for-tests-only",
            ["Processing:Retrying:FirstDelay"] = "00:00:00.050",
            ["Processing:Retrying:PollInterval"] = "00:00:00.500",
            ["Processing:Relaying:Interval"] = "00:00:00.100",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.AddProcessing();
        configure?.Invoke(builder.Services);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        var built = builder.Build();
        await built.StartAsync();
        await built.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        return new ProcessingHost(built, database, postgresProxy, rabbitProxy, broker);
    }

    /// <summary>A migrated database with the source and the traits of these tests.</summary>
    public static async Task<TestDatabase> DatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("""
            insert into sources (source_id, kind, name) values ('demo', 'standard-webhooks', 'Demo');
            insert into traits (name, ordinal, definition) values
              ('orders', 1, '{"name": "orders", "type": "integer", "policy": "sum"}'),
              ('plan', 2, '{"name": "plan", "type": "string", "policy": "latest"}');
            insert into workspace (version, checksum, applied_at) values (1, 'tests', now());
            """);
        return database;
    }

    /// <summary>Makes events durable as Ingress does, and tells the bus unless told not to.</summary>
    public async Task<Guid> ReceiveAsync(params TestEvent[] events)
    {
        var batchId = await AppendAsync(events);
        await AnnounceAsync(batchId);
        return batchId;
    }

    /// <summary>Durable, but no message was sent.</summary>
    public async Task<Guid> AppendAsync(params TestEvent[] events)
    {
        var batch = new EventBatch { BatchId = Guid.CreateVersion7(), Events = [.. events.Select(e => e.ToRaw())] };
        await EventLog.AppendAsync(batch, CancellationToken.None);
        return batch.BatchId;
    }

    public Task AnnounceAsync(Guid batchId) => Services.GetRequiredService<BatchAnnouncer>().ReceivedAsync(batchId, events: 1, CancellationToken.None);

    /// <summary>Waits until the batch has left the states in which it waits.</summary>
    public Task<string> SettledAsync(Guid batchId, TimeSpan? within = null) => Eventually.GetAsync(
        _ => StateAsync(batchId),
        state => state is "Applied" or "Split" or "Parked",
        $"batch {batchId} to settle",
        within ?? TimeSpan.FromSeconds(20));

    public Task<string> StateAsync(Guid batchId) => Database.ScalarAsync<string>($"select state from event_batches where batch_id = '{batchId}'");

    /// <summary>Waits until no batch is open and the ledger closes.</summary>
    public async Task LedgerClosesAsync()
    {
        await Eventually.GetAsync(
            _ => Database.ScalarAsync<long>("select count(*) from event_batches where state in ('Received', 'WaitingForRetry')"),
            open => open == 0,
            "every batch to settle",
            TimeSpan.FromSeconds(20));
        (await Database.ListAsync<long>("select residue from ledger where residue <> 0")).ShouldBeEmpty();
    }

    /// <summary>How often the events of these ids were applied.</summary>
    public async Task<IReadOnlyList<long>> AppliedAsync(params TestEvent[] events)
    {
        var counts = new List<long>();
        foreach (var one in events)
        {
            counts.Add(await Database.ScalarAsync<long>($"select count(*) from events where event_id = '{one.EventId}'"));
        }

        return counts;
    }

    /// <summary>Takes every message out of the queue, as a broker that lost its disk would.</summary>
    public Task<uint> LoseMessagesAsync() => OnBrokerAsync(channel => channel.QueuePurgeAsync(Queues.EventBatches));

    public Task<uint> CountAsync(string queue) => OnBrokerAsync(async channel => (await channel.QueueDeclarePassiveAsync(queue)).MessageCount);

    /// <summary>Puts bytes into the exchange of a queue, below MassTransit.</summary>
    public Task SendRawAsync(string queue, byte[] body, string? contentType = "application/vnd.masstransit+json") => OnBrokerAsync(async channel =>
    {
        var arguments = new Dictionary<string, object?>(Queues.All.Single(known => known.Name == queue).Arguments);
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);
        await channel.QueueBindAsync(queue, queue, "");
        var properties = new BasicProperties { ContentType = contentType, MessageId = Guid.CreateVersion7().ToString(), Persistent = true };
        await channel.BasicPublishAsync(queue, "", mandatory: true, properties, body);
        return 0;
    });

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await OnBrokerAsync(async channel =>
        {
            foreach (var queue in Queues.All)
            {
                await channel.QueueDeleteAsync(queue.Name);
            }

            return 0;
        });
        await Database.DisposeAsync();
    }

    /// <summary>Announces a batch as the broker would after giving the message back so many times.</summary>
    public async Task RedeliverAsync(Guid batchId, long deliveries)
    {
        var endpoint = await Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{Queues.EventBatches}"));
        await endpoint.Send(new EventsReceived(batchId), context => context.Headers.Set(Redeliveries.Header, deliveries));
    }

    /// <summary>Ends the host and its proxies; database and queues stay, for another host.</summary>
    public async Task StopAsync()
    {
        if (isStopped)
        {
            return;
        }

        isStopped = true;
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        await PostgresProxy.DisposeAsync();
        await RabbitProxy.DisposeAsync();
    }

    private async Task<T> OnBrokerAsync<T>(Func<IChannel, Task<T>> work)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await work(channel);
    }

    private static string Through(string connectionString, int port) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = "127.0.0.1",
        Port = port,
        MaxPoolSize = 30,
    }.ConnectionString;
}
