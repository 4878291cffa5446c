using System.Text.Json;
using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Processing.Tests.Mappings;

/// <summary>What happens to an event that its mapping cannot read, from parking to the profile, on real stores.</summary>
[Collection(RealBusCollection.Name)]
public sealed class ReplayByVersionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_parked_event_is_tried_by_another_version_and_a_replay_that_names_it_applies_the_event()
    {
        var database = await DatabaseAsync();
        await using var host = await ProcessingHost.StartAsync(database);
        var batch = new EventBatch { BatchId = Guid.CreateVersion7(), Events = [Raw("a"), Raw("b") with { Body = Body("7") }] };
        await host.EventLog.AppendAsync(batch, Cancellation);
        await host.AnnounceAsync(batch.BatchId);
        await host.SettledAsync(batch.BatchId, TimeSpan.FromSeconds(60));

        (await database.ListAsync<string>("select stage || ' ' || code || ' ' || state from dead_letters")).ShouldBe(["map mapping.number Parked"]);
        await TriedAsync(host);
        (await AppliedAsync(database)).ShouldBe(1);

        // Without a version it is read by the one in force, which still cannot.
        await ReplayAsync(host, null);
        await ReplayAsync(host, "shopify@1");

        (await AppliedAsync(database)).ShouldBe(2);
        (await database.ListAsync<string>("select state from dead_letters")).ShouldBe(["Replayed"]);
        (await database.ScalarAsync<string>("select traits::text from profiles")).ShouldContain("\"gold\"");
        await host.LedgerClosesAsync();
    }

    private static async Task TriedAsync(ProcessingHost host)
    {
        var workspace = host.Services.GetRequiredService<WorkspaceFeed>().Current;
        var recorded = await host.Services.GetRequiredService<RecordedEvents>().ListAsync("shop", 10, Cancellation);

        var trials = recorded.Select(raw => MappingTrial.Run(raw, workspace.Sources["shop"], workspace.Traits, workspace.Enrichments, workspace.Mappings.Find("shopify@1")!)).ToList();

        trials.Select(trial => (trial.Before.Refusal?.Code ?? trial.Before.Type, trial.After.Type)).ShouldBe([("mapping.number", "order.completed"), ("order.completed", "order.completed")]);
    }

    private static async Task ReplayAsync(ProcessingHost host, string? version)
    {
        var run = await host.Services.GetRequiredService<DeadLetterStore>()
            .ReplayAsync(new ReplaySelection { SourceId = "shop", MappingVersion = version }, Cancellation);
        run.Events.ShouldBe(1);
        await host.SettledAsync(run.BatchIds.Single(), TimeSpan.FromSeconds(60));
    }

    private static Task<long> AppliedAsync(TestDatabase database) => database.ScalarAsync<long>("select count(*) from events where source_id = 'shop'");

    /// <summary>Version 1 takes the points as they come; version 2, which is in force, wants a number.</summary>
    private static async Task<TestDatabase> DatabaseAsync()
    {
        var database = await ProcessingHost.DatabaseAsync();
        await database.ExecuteAsync($$"""
            insert into sources (source_id, kind, name) values ('shop', 'shopify', 'Shop');
            insert into mappings (name, version, definition, checksum, active) values
              ('shopify', 1, '{{Definition("points")}}', 'one', false),
              ('shopify', 2, '{{Definition("number(points)")}}', 'two', true);
            """);
        return database;
    }

    private static string Definition(string points) => JsonSerializer.Serialize(new
    {
        rules = new[]
        {
            new { type = "order.completed", identities = new { user_id = "user" }, traits = new { plan = "plan" }, properties = new { points } },
        },
    });

    private static RawEvent Raw(string name) => new TestEvent(name).ToRaw() with
    {
        EventId = EventIds.From("shop", name),
        SourceId = "shop",
        MessageId = name,
        Format = RawEventFormat.Mapped,
        Body = Body("soon"),
    };

    private static byte[] Body(string points) => JsonSerializer.SerializeToUtf8Bytes(new { user = "ada", plan = "gold", points });
}
