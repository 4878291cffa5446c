using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Freshet.Processing.Tests.Relaying;

/// <summary>Servers that go away in the middle of it.</summary>
[Collection(RealBusCollection.Name)]
public sealed class OutageTests
{
    private static readonly (string, string)[] Impatient = [("Processing:Relaying:AnnounceAfter", "00:00:00.300")];

    [Fact]
    public async Task A_batch_that_nobody_announced_is_found_by_the_relay()
    {
        using var measured = new Measurements();
        await using var host = await ProcessingHost.StartAsync(settings: Impatient);

        var batch = await host.AppendAsync(new TestEvent("u1"));

        (await host.SettledAsync(batch)).ShouldBe("Applied");
        measured.Of("freshet.processing.relayed", "announced").ShouldBeGreaterThan(0);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task Batches_that_came_while_the_broker_was_away_are_applied_after_its_return()
    {
        await using var host = await ProcessingHost.StartAsync(settings: Impatient);
        host.RabbitProxy.Cut();
        TestEvent[] events = [new("u1"), new("u2")];
        var batch = await host.AppendAsync(events);
        var second = await host.AppendAsync(new TestEvent("u1"));
        (await host.StateAsync(batch)).ShouldBe("Received");

        host.RabbitProxy.Restore();

        (await host.SettledAsync(batch, TimeSpan.FromSeconds(60))).ShouldBe("Applied");
        (await host.SettledAsync(second)).ShouldBe("Applied");
        (await host.AppliedAsync(events)).ShouldBe([1, 1]);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task A_batch_whose_transaction_lost_its_server_is_applied_exactly_once_after_its_return()
    {
        await using var host = await ProcessingHost.StartAsync();
        await Poison.SlowAsync(host.Database, 0.5);
        var slow = new TestEvent("u1", Poison.EventType);
        var batch = await host.ReceiveAsync(slow, new TestEvent("u1"));
        await Eventually.GetAsync(
            _ => host.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"),
            sleeping => sleeping > 0,
            "the batch to be in the middle");

        host.PostgresProxy.Cut();
        await Poison.MendAsync(host.Database);
        (await host.StateAsync(batch)).ShouldBe("Received");
        host.PostgresProxy.Restore();

        (await host.SettledAsync(batch)).ShouldBe("Applied");
        (await host.AppliedAsync(slow)).ShouldBe([1]);
        (await host.Database.ScalarAsync<long>("select count(*) from events")).ShouldBe(2);
        await host.LedgerClosesAsync();
    }

    [Fact]
    public async Task A_host_that_starts_finds_what_another_left_behind()
    {
        await using var host = await ProcessingHost.StartAsync();
        await host.StopAsync();
        await using var next = await ProcessingHost.StartAsync(host.Database, settings: Impatient);
        await next.LoseMessagesAsync();

        var batch = await next.AppendAsync(new TestEvent("u1"));

        (await next.SettledAsync(batch)).ShouldBe("Applied");
    }

    [Fact]
    public async Task Health_says_which_server_is_away_and_that_it_is_back()
    {
        await using var host = await ProcessingHost.StartAsync();
        (await UnhealthyAsync(host)).ShouldBeEmpty();

        host.PostgresProxy.Cut();
        (await UnhealthyAsync(host)).ShouldBe(["postgres"]);
        host.PostgresProxy.Restore();
        await Eventually.GetAsync(_ => UnhealthyAsync(host), away => away.Count == 0, "PostgreSQL to be back");

        host.RabbitProxy.Cut();
        await Eventually.GetAsync(_ => UnhealthyAsync(host), away => away is ["masstransit-bus"], "the bus to be away");
    }

    private static async Task<IReadOnlyList<string>> UnhealthyAsync(ProcessingHost host)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return [.. report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => entry.Key)];
    }
}
