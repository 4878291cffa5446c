using System.Text;
using Freshet.Profiles.Freshness;
using Freshet.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace Freshet.Profiles.Tests.Freshness;

/// <summary>Reads of one host from the real Redis, over a connection that can be held, cut and listened to. The circuit's clock stands still.</summary>
internal sealed class RedisLink : IAsyncDisposable
{
    /// <summary>How long the circuit stays open.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(1);

    private static readonly LinkFault Held = new() { IsBlackHole = true };

    private readonly ProfilingSession commands = new();
    private readonly FaultProxy proxy;
    private readonly IConnectionMultiplexer redis;
    private readonly IConnectionMultiplexer direct;
    private readonly FakeTimeProvider time = new();

    private RedisLink(FaultProxy proxy, IConnectionMultiplexer redis, IConnectionMultiplexer direct, TimeSpan budget, ILogger<RedisCircuit>? logger)
    {
        this.proxy = proxy;
        this.redis = redis;
        this.direct = direct;
        redis.RegisterProfiler(() =>
        {
            Sending?.Invoke();
            return commands;
        });
        var options = Options.Create(new FreshOptions { ReadBudget = budget, CircuitBreak = Break });
        Reads = new FreshReads(redis, new RedisCircuits(options, time, logger ?? NullLogger<RedisCircuit>.Instance), options);
    }

    public FreshReads Reads { get; }

    public IDatabase Direct => direct.GetDatabase();

    /// <summary>Runs where a command is made.</summary>
    public Action? Sending { get; set; }

    /// <param name="budget">How long a command may take; null: longer than any of these tests.</param>
    /// <param name="logger">What the circuit writes to; null: nothing.</param>
    /// <param name="user">Who logs in, as <c>user=name,password=...</c>; null: as all tests do.</param>
    public static async Task<RedisLink> OpenAsync(TimeSpan? budget = null, ILogger<RedisCircuit>? logger = null, string? user = null)
    {
        var server = await RealServices.RedisAsync();
        var options = RedisConnections.Options(server);
        var way = new FaultProxy(((System.Net.DnsEndPoint)options.EndPoints[0]).Port);
        var login = user is null ? server[server.IndexOf(',', StringComparison.Ordinal)..] : $",{user}";
        var host = await ConnectionMultiplexer.ConnectAsync(RedisConnections.Options($"127.0.0.1:{way.Port}{login}"));
        var link = new RedisLink(way, host, await ConnectionMultiplexer.ConnectAsync(server), budget ?? TimeSpan.FromSeconds(9), logger);
        await host.GetDatabase().PingAsync();
        link.TakeCommands();
        return link;
    }

    /// <summary>A profile that Redis has, in its way: its own id.</summary>
    public async Task<Guid> StoreAsync()
    {
        var id = Guid.CreateVersion7();
        await Direct.StringSetAsync(FreshKeys.Profile(id), Value(id), TimeSpan.FromMinutes(5));
        return id;
    }

    public async Task<Guid[]> StoreAsync(int count) => await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StoreAsync()));

    public static byte[] Value(Guid id) => Encoding.ASCII.GetBytes($"profile {id:n}");

    public Task<(bool Answered, byte[]? Value)> ReadAsync(Guid id, CancellationToken ct = default) => Reads.GetAsync(id, ct);

    public Task<(bool Answered, byte[]? Value)>[] Read(IEnumerable<Guid> ids) => [.. ids.Select(id => ReadAsync(id))];

    /// <summary>Commands get through, their answers do not, until <see cref="Release"/>.</summary>
    public void Hold() => proxy.ToClient = Held;

    public void Release() => proxy.Heal();

    public void Cut() => proxy.Cut();

    public void LetTheBreakPass() => time.Advance(Break);

    /// <summary>The names of the commands that ended since the last look.</summary>
    public string[] TakeCommands() => [.. commands.FinishProfiling().Select(command => command.Command)];

    public async ValueTask DisposeAsync()
    {
        proxy.Heal();
        await redis.DisposeAsync();
        await direct.DisposeAsync();
        await proxy.DisposeAsync();
    }
}
