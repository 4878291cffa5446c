using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Freshet.Profiles.Tests.Storage;

/// <summary>Not a test of anything: numbers for a developer's own machine, only on demand.</summary>
public sealed class ThroughputMeasurement(ITestOutputHelper output)
{
    private const int Profiles = 10_000;

    [Theory(Explicit = true)]
    [InlineData(100)]
    [InlineData(500)]
    public async Task Appending(int size)
    {
        await using var store = await Store.CreateAsync();
        var batches = Enumerable.Range(0, 20_000 / size).Select(b => store.Batch(Enumerable.Range(0, size).Select(i => Order(b * size + i)))).ToList();
        await store.AppendAsync(Shop.Order("warm", "ada"));
        await store.AppendAsync(Shop.Order("warm2", "ada"));

        var started = Stopwatch.GetTimestamp();
        foreach (var batch in batches)
        {
            await store.Get<EventLog>().AppendAsync(batch, CancellationToken.None);
        }

        Report($"append, batches of {size}", batches.Count * size, started);
    }

    [Fact(Explicit = true)]
    public async Task Applying()
    {
        await using var store = await Store.CreateAsync();
        var batches = new List<Guid>();
        for (var b = 0; b < 300; b++)
        {
            var offset = b * 100;
            batches.Add((await store.AppendAsync(Enumerable.Range(offset, 100).Select(Order))).Position.BatchId);
        }

        var started = Stopwatch.GetTimestamp();
        for (var b = 0; b < 100; b++)
        {
            await store.ApplyAsync(batches[b]);
        }

        Report("apply, batches of 100, new profiles", 10_000, started);
        started = Stopwatch.GetTimestamp();
        for (var b = 100; b < 300; b++)
        {
            await store.ApplyAsync(batches[b]);
        }

        Report($"apply, batches of 100 over {Profiles} profiles", 20_000, started);
    }

    private static RawEvent Order(int i) => Shop.Webhook(
        $"m{i}", "order.completed", new { user_id = $"u{i * 7919 % Profiles}", email = $"u{i * 7919 % Profiles}@example.com", total = i % 100, currency = "EUR", items = i % 5 });

    private void Report(string what, int events, long started)
    {
        var elapsed = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{what}: {events / elapsed.TotalSeconds:0} events/s ({elapsed.TotalMilliseconds:0} ms)");
    }
}
