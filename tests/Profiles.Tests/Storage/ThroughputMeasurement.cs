using Freshet.Profiles.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Freshet.Profiles.Tests.Storage;

/// <summary>Not a test of anything: numbers for a developer's own machine, only on demand. Processor time is this process's own, so the servers'
/// share is not in it.</summary>
public sealed class ThroughputMeasurement(ITestOutputHelper output)
{
    private const int Profiles = 10_000;

    /// <summary>What the demo's shop knows of orders, and some traits that they leave alone.</summary>
    private static readonly IReadOnlyList<TraitDefinition> Traits =
    [
        .. Shop.Traits,
        new() { Name = "email", Type = TraitType.String, IsPersonal = true },
        new() { Name = "country", Type = TraitType.String },
        new() { Name = "favorite_categories", Type = TraitType.List, Policy = TraitPolicy.Union },
        OfOrders("last_order_total", TraitType.Decimal, Aggregate.Last, "total"),
        OfOrders("last_order_at", TraitType.DateTime, Aggregate.Last),
        OfOrders("orders_30d", TraitType.Integer, Aggregate.Count) with
        {
            Computed = new() { Aggregate = Aggregate.Count, EventType = "order.completed", WindowDays = 30 },
        },
    ];

    [Theory(Explicit = true)]
    [InlineData(100)]
    [InlineData(500)]
    public async Task Appending(int size)
    {
        await using var store = await Store.CreateAsync();
        var batches = Enumerable.Range(0, 20_000 / size).Select(b => store.Batch(Enumerable.Range(0, size).Select(i => Order(b * size + i)))).ToList();
        await store.AppendAsync(Shop.Order("warm", "ada"));
        await store.AppendAsync(Shop.Order("warm2", "ada"));

        var meter = Meter.Start();
        foreach (var batch in batches)
        {
            await store.Get<EventLog>().AppendAsync(batch, CancellationToken.None);
        }

        Report($"append, batches of {size}", batches.Count * size, meter);
    }

    /// <summary>The first part makes the profiles, the others change them.</summary>
    [Theory(Explicit = true)]
    [InlineData(100, 10_000)]
    [InlineData(500, 40_000)]
    public async Task Steady(int size, int events)
    {
        await using var store = await Store.CreateAsync();
        await store.DefineAsync(Traits);
        for (var part = 0; part < 5; part++)
        {
            var batches = new List<Guid>();
            for (var first = part * events; first < (part + 1) * events; first += size)
            {
                batches.Add((await store.AppendAsync(Enumerable.Range(first, size).Select(Order))).Position.BatchId);
            }

            var meter = Meter.Start();
            foreach (var batch in batches)
            {
                await store.ApplyAsync(batch);
            }

            Report($"apply, batches of {size}, part {part + 1}", events, meter);
        }
    }

    /// <summary>Two stores in turn, one of which notices ignored fields; every event has two. The first part makes the profiles.</summary>
    [Theory(Explicit = true)]
    [InlineData(100, 10_000)]
    public async Task SteadyWithAndWithoutIgnoredFields(int size, int events)
    {
        await using var without = await Store.CreateAsync();
        await using var with = await Store.CreateAsync(settings: new() { [Store.TellsIgnoredFields] = "" });
        for (var part = 0; part < 5; part++)
        {
            foreach (var store in (Store[])[without, with])
            {
                await store.DefineAsync(Traits);
                var batches = new List<Guid>();
                for (var first = part * events; first < (part + 1) * events; first += size)
                {
                    batches.Add((await store.AppendAsync(Enumerable.Range(first, size).Select(Order))).Position.BatchId);
                }

                var meter = Meter.Start();
                foreach (var batch in batches)
                {
                    await store.ApplyAsync(batch);
                }

                Report($"apply {(store == with ? "with" : "without")} the report, part {part + 1}", events, meter);
            }
        }
    }

    private static TraitDefinition OfOrders(string name, TraitType type, Aggregate aggregate, string? property = null) =>
        new() { Name = name, Type = type, Computed = new() { Aggregate = aggregate, EventType = "order.completed", Property = property } };

    private static RawEvent Order(int i) => Shop.Webhook(
        $"m{i}", "order.completed", new { user_id = $"u{i * 7919L % Profiles}", email = $"u{i * 7919L % Profiles}@example.com", total = i % 100, currency = "EUR", items = i % 5 });

    private void Report(string what, int events, Meter meter) => output.WriteLine($"{what}: {meter.PerEvent(events)}");

    private sealed record Meter(long Started, TimeSpan Processor, long Allocated, int[] Collections)
    {
        public static Meter Start() => new(
            Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), [.. Enumerable.Range(0, 3).Select(GC.CollectionCount)]);

        public string PerEvent(int events)
        {
            var elapsed = Stopwatch.GetElapsedTime(Started);
            var processor = Environment.CpuUsage.TotalTime - Processor;
            var collections = Enumerable.Range(0, 3).Select(generation => GC.CollectionCount(generation) - Collections[generation]);
            return $"{events / elapsed.TotalSeconds:0} events/s, {processor.TotalMicroseconds / events:0.0} us CPU and "
                + $"{(GC.GetTotalAllocatedBytes() - Allocated) / events} bytes per event, collections {string.Join('/', collections)}";
        }
    }
}
