using System.Collections.Concurrent;
using System.Diagnostics;
using Freshet.Gateway.Tests.Shop;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Profiles;

/// <summary>
/// Redis dies, freezes and forgets while queries come in: no caller sees an error, answers stay quick, and PostgreSQL is asked once per profile at
/// a time. The bound on latency is wider than what a quiet machine shows, so that a busy build machine does not fail it.
/// </summary>
public sealed class RedisFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Customers = 40;
    private const string Query = "query($email: String!) { profile(by: { email: $email }) { version traits { points } } }";

    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentBag<TimeSpan> times = [];
    private readonly ConcurrentBag<string> failures = [];
    private ShopGateway shop = null!;

    public async ValueTask InitializeAsync()
    {
        shop = await StartAsync(("Freshness:ReadBudget", "00:00:00.050"), ("Gateway:Live:Block", "00:00:00.200"));
        await shop.SendAsync([.. Enumerable.Range(0, Customers).Select(number => Customer(Email(number), new { points = number }))]);
    }

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public Task Redis_dies() => AnswersStayGoodAsync(() => shop.RedisWay.Cut());

    [Fact]
    public Task Redis_freezes() => AnswersStayGoodAsync(() =>
    {
        shop.RedisWay.ToClient = new LinkFault { IsBlackHole = true };
        shop.RedisWay.ToServer = new LinkFault { IsBlackHole = true };
    });

    [Fact]
    public Task Redis_forgets() => AnswersStayGoodAsync(() => shop.FlushRedisAsync().GetAwaiter().GetResult());

    [Fact]
    public async Task A_profile_that_many_ask_for_is_loaded_once()
    {
        var database = new NpgsqlConnectionStringBuilder(shop.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString).Database;
        await QueryAsync(1);
        await shop.FlushRedisAsync();
        var loads = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => tag.Value as string == database) && activity.TagObjects.Any(tag => (tag.Value as string)?.Contains("left join identities", StringComparison.Ordinal) == true))
                    Interlocked.Increment(ref loads);
            },
        };
        ActivitySource.AddActivityListener(listener);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => QueryAsync(1)));

        // Who comes after a load and before its result is in Redis loads once more, with all who come along with it; alone each would load: 200.
        loads.ShouldBeInRange(1, 50);
        failures.ShouldBeEmpty();
    }

    private async Task AnswersStayGoodAsync(Action fault)
    {
        using var stop = new CancellationTokenSource();
        Task[] callers = [.. Enumerable.Range(0, 8).Select(caller => AskAsync(caller, stop.Token))];
        await Eventually.TrueAsync(_ => Task.FromResult(times.Count > 200), "the callers to be under way");
        times.Clear();

        fault();

        await Eventually.TrueAsync(_ => Task.FromResult(times.Count > 2_000), "2,000 answers with the fault", TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        TimeSpan[] sorted = [.. times.Order()];
        output.WriteLine($"{sorted.Length} answers, p50 {sorted[sorted.Length / 2].TotalMilliseconds:0.0} ms, p99 {sorted[sorted.Length * 99 / 100].TotalMilliseconds:0.0} ms, max {sorted[^1].TotalMilliseconds:0.0} ms");
        failures.ShouldBeEmpty();
        sorted[sorted.Length * 99 / 100].ShouldBeLessThan(Slowest);
    }

    private async Task AskAsync(int caller, CancellationToken ct)
    {
        for (var number = caller; !ct.IsCancellationRequested; number++)
            await QueryAsync(number % Customers);
    }

    private async Task QueryAsync(int number)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await shop.Client.SendAsync(Query, new { email = Email(number) });
        times.Add(Stopwatch.GetElapsedTime(started));
        if (answer.TryGetProperty("errors", out _) || answer.GetProperty("data").GetProperty("profile").GetProperty("traits").GetProperty("points").GetInt32() != number)
            failures.Add(answer.ToString());
    }

    private static string Email(int number) => $"caller{number}@shop.test";
}
