using System.Text.Json;
using System.Threading.Channels;
using Freshet.Gateway.Schema;
using Freshet.Gateway.Transport;
using Freshet.Profiles;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Storage;
using Freshet.Testing;
using Freshet.Testing.Drivers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StackExchange.Redis;

namespace Freshet.Gateway.Tests.Shop;

/// <summary>The gateway of a small shop in this process, over real PostgreSQL and Redis, and the hands of Ingress and Processing beside it.</summary>
public sealed class ShopGateway : IAsyncDisposable
{
    public const string ApiKey = "a-key-for-tests";

    // Redis servers have 16 numbered databases. Each shop has one for itself: some tests flush theirs.
    private static readonly Channel<int> Databases = AllDatabases();

    private readonly WebApplication host;
    private readonly TestDatabase store;
    private readonly HttpClient http;
    private readonly ConnectionMultiplexer cache;
    private readonly int databaseNumber;
    private int messages;

    private ShopGateway(WebApplication app, TestDatabase database, ConnectionMultiplexer redis, FaultProxy redisWay)
    {
        RedisWay = redisWay;
        host = app;
        store = database;
        cache = redis;
        databaseNumber = redis.GetDatabase().Database;
        Address = new Uri(host.Urls.Single());
        http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Address };
        Client = new GraphQLClient(http, ApiKey);
    }

    public Uri Address { get; }

    public GraphQLClient Client { get; }

    public HttpClient Http => http;

    public IServiceProvider Services => host.Services;

    /// <summary>Between the gateway and Redis, for tests that take Redis away.</summary>
    public FaultProxy RedisWay { get; }

    public static async Task<ShopGateway> StartAsync(params (string Key, string? Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync();
        await SaveAsync(database, ShopDictionary.Traits, version: 1);

        var number = await Databases.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(5));
        var server = await RealServices.RedisAsync();
        var redis = await ConnectionMultiplexer.ConnectAsync($"{server},defaultDatabase={number},allowAdmin=true");

        // Before the gateway starts: it would tell its first subscribers of the loss.
        await FlushAsync(redis);
        var way = new FaultProxy(PortOf(server));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:freshet", database.ConnectionString),
            new("ConnectionStrings:redis", $"127.0.0.1:{way.Port}{server[server.IndexOf(',')..]},defaultDatabase={number}"),
            new("Sealing:KeyEncryptionKey", "a key encryption key for tests, 32+"),
            new("Sealing:IdentityIndexKey", "an identity index key for tests, 32+"),
            new("Gateway:ApiKey", ApiKey),
            // A busy machine must not look like an absent Redis.
            new("Freshness:ReadBudget", "00:00:05"),
            new("Gateway:Position:MaxWait", "00:00:05"),
            new("Gateway:Limits:Timeout", "00:01:00"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddProfilesStore();
        builder.AddFreshProfiles();
        builder.AddGatewaySchema();
        builder.AddGraphQLTransport();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGraphQL();
        await app.StartAsync();
        await app.Services.GetRequiredService<WorkspaceFeed>().LoadedAsync(CancellationToken.None);
        return new ShopGateway(app, database, redis, way);
    }

    /// <summary>Accepts webhooks as Ingress does; nothing is applied yet.</summary>
    public Task<Position> ReceiveAsync(params object[] bodies) => ReceiveFromAsync("demo", bodies);

    /// <summary>The same from another source.</summary>
    public async Task<Position> ReceiveFromAsync(string sourceId, params object[] bodies)
    {
        var now = TimeProvider.System.GetUtcNow();
        RawEvent[] events = [.. bodies.Select(body =>
        {
            var messageId = $"msg_{Interlocked.Increment(ref messages)}";
            return new RawEvent
            {
                EventId = EventIds.From(sourceId, messageId),
                SourceId = sourceId,
                MessageId = messageId,
                ReceivedAt = now,
                Format = RawEventFormat.Webhook,
                Body = JsonSerializer.SerializeToUtf8Bytes(body),
            };
        })];
        var log = host.Services.GetRequiredService<EventLog>();
        return (await log.AppendAsync(new EventBatch { BatchId = Guid.CreateVersion7(), Events = events }, CancellationToken.None)).Position;
    }

    /// <summary>Applies as Processing does; Redis does not know yet.</summary>
    public async Task ApplyAsync(Position position)
    {
        await using var session = await ProfileSession.OpenAsync(host.Services.GetRequiredService<NpgsqlDataSource>(), CancellationToken.None);
        await host.Services.GetRequiredService<BatchApplication>().ApplyAsync(session, position.BatchId, CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
    }

    public Task<bool> PublishAsync(Position position) =>
        host.Services.GetRequiredService<BatchPublisher>().PublishAsync(position.BatchId, CancellationToken.None);

    /// <summary>The whole way.</summary>
    public async Task<Position> SendAsync(params object[] bodies)
    {
        var position = await ReceiveAsync(bodies);
        await ApplyAsync(position);
        (await PublishAsync(position)).ShouldBeTrue();
        return position;
    }

    public static object Customer(string email, object traits, DateTimeOffset? at = null, string type = "customer.updated") =>
        new { type, timestamp = at ?? TimeProvider.System.GetUtcNow(), data = new { email, traits } };

    public Task<GraphQLSubscription> SubscribeAsync(string query, object? variables = null) =>
        GraphQLSubscription.StartAsync(Address, ApiKey, query, variables);

    public Task FlushRedisAsync() => FlushAsync(cache);

    public async Task SaveTraitsAsync(long version, params TraitDefinition[] traits)
    {
        await SaveAsync(store, traits, version);
        await host.Services.GetRequiredService<WorkspaceFeed>().RefreshAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await host.StopAsync();
        await host.DisposeAsync();
        await cache.DisposeAsync();
        await RedisWay.DisposeAsync();
        await store.DisposeAsync();
        Databases.Writer.TryWrite(databaseNumber);
    }

    private static Task FlushAsync(ConnectionMultiplexer redis) => redis.GetServers()[0].FlushDatabaseAsync(redis.GetDatabase().Database);

    private static Channel<int> AllDatabases()
    {
        var all = Channel.CreateUnbounded<int>();
        foreach (var number in Enumerable.Range(0, 16))
        {
            all.Writer.TryWrite(number);
        }

        return all;
    }

    // localhost:6379,password=...
    private static int PortOf(string server) => int.Parse(server.Split(',')[0].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task SaveAsync(TestDatabase database, IReadOnlyList<TraitDefinition> traits, long version)
    {
        await using var batch = database.DataSource.CreateBatch();
        batch.BatchCommands.Add(new("delete from traits"));
        foreach (var (trait, ordinal) in traits.Select((trait, ordinal) => (trait, ordinal)))
        {
            var insert = new NpgsqlBatchCommand("insert into traits (name, ordinal, definition) values ($1, $2, $3::jsonb)");
            insert.Parameters.Add(new() { Value = trait.Name });
            insert.Parameters.Add(new() { Value = ordinal });
            insert.Parameters.Add(new() { Value = DefinitionJson.Write(trait) });
            batch.BatchCommands.Add(insert);
        }

        batch.BatchCommands.Add(new("insert into sources (source_id, kind, name) values ('demo', 'standard-webhooks', 'Demo') on conflict do nothing"));
        var workspace = new NpgsqlBatchCommand(
            "insert into workspace (version, checksum) values ($1, 'test') on conflict (one) do update set version = excluded.version");
        workspace.Parameters.Add(new() { Value = version });
        batch.BatchCommands.Add(workspace);
        await batch.ExecuteNonQueryAsync();
    }
}
