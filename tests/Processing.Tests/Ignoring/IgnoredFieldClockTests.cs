using System.Text.Json;
using Freshet.Profiles.Batches;
using Freshet.Testing;

namespace Freshet.Processing.Tests.Ignoring;

[Collection(RealBusCollection.Name)]
public sealed class IgnoredFieldClockTests
{
    [Fact]
    public async Task A_field_that_nobody_takes_is_in_the_report_soon_after_its_event_was_applied()
    {
        var database = await ProcessingHost.DatabaseAsync();
        await using var host = await ProcessingHost.StartAsync(database, settings: [("Processing:Ignoring:Interval", "00:00:00.100")]);
        var raw = new TestEvent("ada").ToRaw() with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new { type = "order.completed", data = new { user_id = "ada", hat = "green" } }),
        };
        var batchId = Guid.CreateVersion7();
        await host.EventLog.AppendAsync(new EventBatch { BatchId = batchId, Events = [raw] }, CancellationToken.None);
        await host.AnnounceAsync(batchId);

        var told = await Eventually.GetAsync(
            _ => database.ScalarAsync<string>("select coalesce(max(path || ' ' || shape || ' ' || events), '') from ignored_fields"),
            text => text.Length > 0,
            "the report to tell it",
            TimeSpan.FromSeconds(60));

        told.ShouldBe("data.hat String 1");
    }
}
