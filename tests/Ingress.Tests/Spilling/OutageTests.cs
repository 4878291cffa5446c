using System.Diagnostics;
using System.Net;
using Freshet.Contracts;
using Freshet.Contracts.Events;
using Freshet.Ingress.Spilling;
using Freshet.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;

namespace Freshet.Ingress.Tests.Spilling;

/// <summary>Real PostgreSQL and RabbitMQ, each behind a proxy that can kill it for the host under test.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private const string Order = """{"type":"order.completed","data":{"user_id":"u1"}}""";

    private readonly Dictionary<string, string> _settings = new()
    {
        ["Ingress:Batching:StoreTimeout"] = "00:00:10",
        ["Ingress:Batching:BrokerTimeout"] = "00:00:05",
        ["Ingress:Batching:CircuitOpenFor"] = "00:00:00.200",
    };

    private TestDatabase _database = null!;
    private FaultProxy _postgres = null!;
    private FaultProxy _rabbit = null!;
    private Uri _broker = null!;
    private IngressApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _postgres = new FaultProxy(new NpgsqlConnectionStringBuilder(_database.ConnectionString).Port);
        var broker = new Uri(await RealServices.RabbitMqAsync());
        _rabbit = new FaultProxy(broker.Port);
        _broker = broker;
        await PurgeAsync();
        _app = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _postgres.DisposeAsync();
        await _rabbit.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task With_PostgreSQL_away_events_are_durable_in_the_broker_and_stored_when_it_is_back()
    {
        await ShouldBeKeptAsync("before");
        _postgres.Cut();

        await ShouldBeKeptAsync("during");
        (await CountAsync()).ShouldBe(1);
        _postgres.Restore();

        await Eventually.TrueAsync(async _ => await CountAsync() == 2, "the spilled event in PostgreSQL");
        await Eventually.TrueAsync(async _ => await AnnouncedAsync() == 2, "the announcement of both batches");
        (await _database.ScalarAsync<long>("select sum(received - carries) from ledger_entries")).ShouldBe(0);
    }

    [Fact]
    public async Task A_spilled_duplicate_is_found_when_it_is_stored()
    {
        await ShouldBeKeptAsync("msg_1");
        _postgres.Cut();
        await ShouldBeKeptAsync("msg_1");
        _postgres.Restore();

        await Eventually.TrueAsync(
            async _ => await _database.ScalarAsync<long>("select coalesce(sum(duplicate), 0) from ledger_entries") == 1, "the duplicate in the ledger");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_spilled_batch_outlives_the_host_that_could_not_store_it()
    {
        await ShouldBeKeptAsync("before");
        _postgres.Cut();
        await ShouldBeKeptAsync("during");

        await _app.DisposeAsync();
        _postgres.Restore();
        _app = await StartAsync();

        await Eventually.GetAsync(
            async _ => (Stored: await CountAsync(), Waiting: await WaitingAsync(Queues.SpilledBatches), Failed: await WaitingAsync(Queues.SpilledBatchesError)),
            seen => seen == (2, 0u, 0u),
            "the spilled event in PostgreSQL and nowhere else",
            TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task With_the_broker_away_nobody_notices()
    {
        await ShouldBeKeptAsync("before");
        _rabbit.Cut();

        await ShouldBeKeptAsync("during");
        (await CountAsync()).ShouldBe(2);
        _rabbit.Restore();

        await Eventually.TrueAsync(
            async _ =>
            {
                await ShouldBeKeptAsync($"after-{Guid.CreateVersion7():n}");
                return await AnnouncedAsync() >= 2;
            },
            "an announcement after the broker's return",
            TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Announcements_that_fail_do_not_keep_batches_from_being_spilled()
    {
        await ShouldBeKeptAsync("before");
        await _app.DisposeAsync();
        _settings["Ingress:Batching:CircuitOpenFor"] = "00:00:30";

        // The bus of a host that has just started connects first: that is not the failure that this is about.
        _settings["Ingress:Batching:BrokerTimeout"] = "00:00:10";
        _app = await StartAsync();
        await ShouldBeKeptAsync("warm"); // a host that never had a batch key may not spill anything
        var nowhere = new Uri($"exchange:nowhere-{Guid.CreateVersion7():n}?temporary=true");
        var sender = _app.Services.GetRequiredService<BrokerSender>();
        (await sender.TrySendAsync(nowhere, new EventsReceived(Guid.CreateVersion7(), 1), TestContext.Current.CancellationToken)).ShouldBeFalse();

        _postgres.Cut();

        await ShouldBeKeptAsync("during");
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task With_both_away_the_answer_is_503_at_once_and_never_a_false_2xx()
    {
        await ShouldBeKeptAsync("before");
        await _app.DisposeAsync();
        _settings["Ingress:Batching:CircuitOpenFor"] = "00:00:30";
        _settings["Ingress:Batching:BrokerTimeout"] = "00:00:01";
        _app = await StartAsync();
        await ShouldBeKeptAsync("warm");
        _postgres.Cut();
        _rabbit.Cut();
        using var first = await _app.SendWebhookAsync(Order); // finds out, and must not believe that it was kept
        await first.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");

        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await _app.SendWebhookAsync(Order);
            var took = Stopwatch.GetElapsedTime(started);
            best = took < best ? took : best;
            await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");
            response.Headers.RetryAfter.ShouldNotBeNull();
        }

        best.ShouldBeLessThan(TimeSpan.FromMilliseconds(250));
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Health_names_the_server_that_is_away_and_refuses_only_without_both()
    {
        await ShouldBeKeptAsync("before");
        await HealthShouldBecomeAsync(HttpStatusCode.OK, "\"Healthy\"");

        _rabbit.Cut();
        await HealthShouldBecomeAsync(HttpStatusCode.OK, "RabbitMQ (connection 'rabbitmq') is away");
        _postgres.Cut();
        await HealthShouldBecomeAsync(HttpStatusCode.ServiceUnavailable, "events are refused");
        _rabbit.Restore();
        await HealthShouldBecomeAsync(HttpStatusCode.OK, "PostgreSQL (connection 'freshet') is away");
    }

    private Task HealthShouldBecomeAsync(HttpStatusCode status, string says) => Eventually.TrueAsync(
        async ct =>
        {
            using var health = await _app.Client.GetAsync("/health", ct);
            var text = System.Text.RegularExpressions.Regex.Unescape(await health.Content.ReadAsStringAsync(ct));
            return health.StatusCode == status && text.Contains(says, StringComparison.Ordinal);
        },
        $"health {(int)status}: {says}",
        TimeSpan.FromSeconds(60));

    private async Task<IngressApp> StartAsync()
    {
        var postgres = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Host = "127.0.0.1", Port = _postgres.Port };
        var rabbit = new UriBuilder(_broker) { Host = "127.0.0.1", Port = _rabbit.Port };
        var app = IngressApp.Start(postgres.ConnectionString, rabbit.Uri.ToString(), settings: _settings);
        var bus = app.Services.GetRequiredService<IBusControl>();
        await Eventually.TrueAsync(
            _ => Task.FromResult(bus.CheckHealth().Status == BusHealthStatus.Healthy), "a bus that is connected", TimeSpan.FromSeconds(60));
        return app;
    }

    private async Task ShouldBeKeptAsync(string id)
    {
        using var response = await _app.SendWebhookAsync(Order, id);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
    }

    private Task<long> CountAsync() => _database.ScalarAsync<long>("select count(*) from event_keys");

    private Task<uint> AnnouncedAsync() => WaitingAsync(Queues.EventBatches);

    private async Task<uint> WaitingAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = _broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    // As the Migrator declares them; one broker serves all tests of this process, so what an earlier one left is thrown away.
    private async Task PurgeAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = _broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in Queues.All)
        {
            await channel.ExchangeDeclareAsync(queue.Name, ExchangeType.Fanout, durable: true);
            await channel.QueueDeclareAsync(queue.Name, durable: true, exclusive: false, autoDelete: false, arguments: queue.Arguments.ToDictionary());
            await channel.QueueBindAsync(queue.Name, queue.Name, "");
            await channel.QueuePurgeAsync(queue.Name);
        }
    }
}
