using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using StackExchange.Redis;

namespace Freshet.Benchmarks.References;

/// <summary>
/// The shortest way from an HTTP request to a WebSocket that passes what an event of ours passes: published to a quorum queue and confirmed
/// before the answer, consumed, inserted and its profile updated in one commit, set and published in Redis, sent to the socket. Raw clients,
/// an event at a time, eight at once.
/// </summary>
internal sealed class BareChain : IAsyncDisposable
{
    private const string Queue = "reference";
    private const ushort AtOnce = 8;
    private const string Sql =
        """
        with event as (insert into chain_events (event_id, received_at, raw) values (gen_random_uuid(), now(), $1))
        insert into chain_profiles (profile_id, version, traits) values ($2, 1, $1)
        on conflict (profile_id) do update set version = chain_profiles.version + 1, traits = excluded.traits
        """;

    private readonly NpgsqlDataSource database;
    private readonly IConnectionMultiplexer redis;
    private readonly IConnection broker;
    private readonly Channel<IChannel> publishers = Channel.CreateUnbounded<IChannel>();

    private BareChain(NpgsqlDataSource database, IConnectionMultiplexer redis, IConnection broker) =>
        (this.database, this.redis, this.broker) = (database, redis, broker);

    /// <summary>Connects to the servers that the environment names, declares what is missing, and consumes.</summary>
    public static async Task<BareChain> StartAsync()
    {
        var chain = new BareChain(
            NpgsqlDataSource.Create(Setting("postgres")),
            await ConnectionMultiplexer.ConnectAsync(Setting("redis")),
            await new ConnectionFactory { Uri = new Uri(Setting("rabbitmq")), ConsumerDispatchConcurrency = AtOnce }.CreateConnectionAsync());
        await using var tables = chain.database.CreateCommand(
            """
            create table if not exists chain_events (event_id uuid primary key, received_at timestamptz not null, raw jsonb not null);
            create table if not exists chain_profiles (profile_id bigint primary key, version bigint not null, traits jsonb not null);
            """);
        await tables.ExecuteNonQueryAsync();
        await chain.ConsumeAsync();
        for (var count = 0; count < AtOnce; count++)
        {
            await chain.publishers.Writer.WriteAsync(await chain.broker.CreateChannelAsync(new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
        }

        return chain;
    }

    /// <summary>The name of the environment variable with a server's connection string.</summary>
    public static string VariableOf(string server) => $"ConnectionStrings__{server}";

    public void Map(IApplicationBuilder app)
    {
        app.UseWebSockets();
        app.Run(context => context.WebSockets.IsWebSocketRequest ? SubscribeAsync(context) : PublishAsync(context));
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await redis.DisposeAsync();
        await database.DisposeAsync();
    }

    private static string Setting(string server) => Environment.GetEnvironmentVariable(VariableOf(server))
        ?? throw new InvalidOperationException($"{VariableOf(server)} is not set: this program is started by the benchmark 'live'.");

    private async Task PublishAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var channel = await publishers.Reader.ReadAsync(context.RequestAborted);
        await channel.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties { Persistent = true }, body.ToArray(), context.RequestAborted);
        await publishers.Writer.WriteAsync(channel);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task ConsumeAsync()
    {
        var channel = await broker.CreateChannelAsync();
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.BasicQosAsync(0, AtOnce, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => ApplyAsync(channel, delivery);
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
    }

    private async Task ApplyAsync(IChannel channel, BasicDeliverEventArgs delivery)
    {
        var json = System.Text.Encoding.UTF8.GetString(delivery.Body.Span);
        var number = LiveMessages.NumberOf(delivery.Body.Span);
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter { Value = json, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number % LiveMessages.Customers });
        await command.ExecuteNonQueryAsync();
        var database0 = redis.GetDatabase();
        await Task.WhenAll(
            database0.StringSetAsync($"chain:{number % LiveMessages.Customers}", json),
            database0.PublishAsync(RedisChannel.Literal(Queue), LiveMessages.Message(number)));
        await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
    }

    private async Task SubscribeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var messages = await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Queue));
        await socket.SendAsync(LiveMessages.Ready, System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
        await foreach (var message in messages.WithCancellation(context.RequestAborted))
        {
            await socket.SendAsync((byte[])message.Message!, System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
        }
    }
}
