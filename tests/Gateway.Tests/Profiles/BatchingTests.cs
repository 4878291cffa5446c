using System.Diagnostics;
using System.Diagnostics.Metrics;
using Freshet.Gateway.Tests.Shop;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Profiles;

/// <summary>Counts calls of the read side by its own metric: every call that Redis answers is one measurement.</summary>
public sealed class BatchingTests(ShopFixture fixture) : IClassFixture<ShopFixture>
{
    private readonly ShopGateway shop = fixture.Shop;

    [Fact]
    public async Task Aliases_of_one_operation_are_one_call_of_the_read_side()
    {
        await shop.SendAsync(Customer("a1@shop.test", new { points = 1 }), Customer("a2@shop.test", new { points = 2 }), Customer("a3@shop.test", new { points = 3 }));
        using var reads = new CacheReads(shop);

        await shop.Client.QueryAsync("""
            { a: profile(by: { email: "a1@shop.test" }) { id traits { points } } b: profile(by: { email: "a2@shop.test" }) { traits { points } }
              again: profile(by: { email: "a1@shop.test" }) { id } many: profiles(by: [{ email: "a3@shop.test" }, { email: "a1@shop.test" }]) { id } }
            """);

        reads.Counts.ShouldBe([3]);
    }

    [Fact]
    public async Task A_list_of_keys_is_one_call_of_the_read_side()
    {
        await shop.SendAsync([.. Enumerable.Range(0, 20).Select(i => Customer($"l{i}@shop.test", new { points = i }))]);
        using var reads = new CacheReads(shop);

        await shop.Client.QueryAsync(
            "query($by: [ProfileKey!]!) { profiles(by: $by) { traits { points } } }",
            new { by = Enumerable.Range(0, 20).Select(i => new { email = $"l{i}@shop.test" }) });

        reads.Counts.ShouldBe([20]);
    }

    [Fact]
    public async Task The_histories_of_a_list_of_profiles_are_one_query()
    {
        await shop.SendAsync([.. Enumerable.Range(0, 5).Select(i => Customer($"h{i}@shop.test", new { points = i }))]);
        await shop.Client.QueryAsync(
            """mutation { setOverride(by: { email: "h3@shop.test" }, trait: "points", value: 9, reason: "why", expiresAt: "2031-01-01T00:00:00Z") { errors { code } } }""");
        using var queries = new Queries(shop, "join overrides");

        var answer = await shop.Client.QueryAsync(
            "query($by: [ProfileKey!]!) { profiles(by: $by) { overrides(ended: true) { value } } }",
            new { by = Enumerable.Range(0, 5).Select(i => new { email = $"h{i}@shop.test" }) });

        answer.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetProperty("overrides").GetRawText()).ShouldBe(["[]", "[]", "[]", """[{"value":9}]""", "[]"]);
        queries.Count.ShouldBe(1);
    }

    /// <summary>Counts the statements on the shop's database that have some words in them.</summary>
    private sealed class Queries : IDisposable
    {
        private readonly ActivityListener listener;
        private int count;

        public Queries(ShopGateway shop, string words)
        {
            var database = new NpgsqlConnectionStringBuilder(shop.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString).Database;
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    string[] tags = [.. activity.Tags.Select(tag => tag.Value ?? "")];
                    if (tags.Contains(database) && tags.Any(tag => tag.Contains(words, StringComparison.Ordinal)))
                    {
                        Interlocked.Increment(ref count);
                    }
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public int Count => Volatile.Read(ref count);

        public void Dispose() => listener.Dispose();
    }

    private sealed class CacheReads : IDisposable
    {
        private readonly MeterListener listener = new();
        private readonly List<long> counts = [];

        public CacheReads(ShopGateway shop)
        {
            var meters = shop.Services.GetRequiredService<IMeterFactory>();
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "freshet.profiles.cache.reads" && instrument.Meter.Scope == meters)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, count, _, _) =>
            {
                lock (counts)
                {
                    counts.Add(count);
                }
            });
            listener.Start();
        }

        public IReadOnlyList<long> Counts
        {
            get
            {
                lock (counts)
                {
                    return [.. counts];
                }
            }
        }

        public void Dispose() => listener.Dispose();
    }
}
