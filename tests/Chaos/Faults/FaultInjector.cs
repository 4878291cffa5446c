using System.Collections.Concurrent;
using System.Globalization;
using Freshet.Chaos.Hosting;
using Freshet.Chaos.Plans;
using Freshet.ServiceDefaults.Reaching;
using StackExchange.Redis;

namespace Freshet.Chaos.Faults;

/// <summary>Carries out a schedule. Faults of one target wait for each other; those of different targets overlap as they like.</summary>
internal sealed class FaultInjector(ChaosInstallation installation, Processes processes, Recovery recovery, int seed, TimeProvider time)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>Below the 50 MB at which RabbitMQ stops taking messages by itself. With no byte left its quorum queues end, and only its restart brings them back.</summary>
    private const long SparedForBroker = 30_000_000;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> targets = new();
    private readonly long started = time.GetTimestamp();
    private readonly ConcurrentQueue<string> missed = new();
    private int kills;

    /// <summary>Processes that were ended by force, or ended themselves at a failpoint.</summary>
    public int Kills => Volatile.Read(ref kills);

    /// <summary>Failpoints that were armed and not reached: they prove nothing.</summary>
    public IReadOnlyCollection<string> Missed => missed;

    /// <summary>Returns when the last fault is over and recovered from.</summary>
    public async Task RunAsync(IReadOnlyList<FaultStep> schedule, CancellationToken ct)
    {
        var running = new List<Task>();
        foreach (var step in schedule)
        {
            var wait = step.At - time.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, ct);
            }

            running.Add(InTurnAsync(step, ct));
        }

        await Task.WhenAll(running);
    }

    private async Task InTurnAsync(FaultStep step, CancellationToken ct)
    {
        var turn = targets.GetOrAdd(step.Target, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct);
        try
        {
            Say($"{step.Action} {step.Target} {step.Detail}");
            await RunAsync(step, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    private Task RunAsync(FaultStep step, CancellationToken ct) => step.Action switch
    {
        FaultAction.Kill => KillAsync(step, ct),
        FaultAction.Freeze => FreezeAsync(step, ct),
        FaultAction.Flush => FlushAsync(ct),
        FaultAction.KillAll => KillAllAsync(step, ct),
        FaultAction.Crash => CrashAsync(step, ct),
        FaultAction.Link => DisturbAsync(step, ct),
        FaultAction.FillDisk => FillDiskAsync(step, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step.Action, "Nobody carries out this action."),
    };

    private async Task KillAsync(FaultStep step, CancellationToken ct)
    {
        if (await processes.KillAsync(step.Target, ct))
        {
            Interlocked.Increment(ref kills);
        }

        await Task.Delay(step.Duration, time, ct);
        await RestartAsync(step.Target, ct);
    }

    private async Task RestartAsync(string target, CancellationToken ct)
    {
        await processes.StartAsync(target, ct);
        await ListeningAsync(target, ct);
        var measured = recovery.MeasureAsync(target, ct);
        await processes.HealthyAsync(target, ct);
        var took = await measured;
        Say(string.Create(CultureInfo.InvariantCulture, $"{target} is back, the whole way after {took.TotalSeconds:0.0} s"));
    }

    // A server's own start is not ours to judge: its fault ends when it takes connections. A host's start is part of its recovery.
    private async Task ListeningAsync(string target, CancellationToken ct)
    {
        if (installation.PortOf(target) is { } port)
        {
            await Reachability.WaitAsync("127.0.0.1", port, StartLimit, time, ct);
        }
    }

    private async Task FreezeAsync(FaultStep step, CancellationToken ct)
    {
        var frozen = processes.Freeze(step.Target);
        try
        {
            await Task.Delay(step.Duration, time, ct);
        }
        finally
        {
            Processes.Thaw(frozen);
        }

        await recovery.MeasureAsync($"{step.Target} (frozen)", ct);
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        var connection = await installation.ConnectionAsync("redis", ct);
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{connection},allowAdmin=true");
        await redis.GetServers()[0].FlushAllDatabasesAsync();
    }

    private async Task KillAllAsync(FaultStep step, CancellationToken ct)
    {
        string[] all = ["postgres", "rabbitmq", "redis", "ingress", "processing", "gateway"];
        foreach (var target in all)
        {
            if (await processes.KillAsync(target, ct))
            {
                Interlocked.Increment(ref kills);
            }
        }

        new Random(unchecked(seed + (int)step.At.TotalMilliseconds)).Shuffle(all);
        Say($"starting again: {string.Join(", ", all)}");
        foreach (var target in all)
        {
            await Task.Delay(step.Duration / all.Length, time, ct);
            await processes.StartAsync(target, ct);
        }

        foreach (var target in all)
        {
            await ListeningAsync(target, ct);
        }

        await recovery.MeasureAsync("everything", ct);
        await Task.WhenAll(all.Select(target => processes.HealthyAsync(target, ct)));
    }

    // Only a start can arm a host, so it is restarted first. How many hits it lives is drawn by the schedule's time.
    private async Task CrashAsync(FaultStep step, CancellationToken ct)
    {
        var hits = 1 + ((int)step.At.TotalMilliseconds % 20);
        installation.Failpoints.Arm(step.Target, step.Detail, hits);
        await processes.KillAsync(step.Target, ct);
        await processes.StartAsync(step.Target, ct);

        // Disarmed only now: the start command returns before the host's variables are written.
        await EndedByItselfAsync(step, ct);
        installation.Failpoints.Disarm(step.Target);
        Interlocked.Add(ref kills, 2);
        await RestartAsync(step.Target, ct);
    }

    private async Task EndedByItselfAsync(FaultStep step, CancellationToken ct)
    {
        try
        {
            await processes.EndedAsync(step.Target, ct).WaitAsync(StartLimit, time, ct);
        }
        catch (TimeoutException)
        {
            missed.Enqueue($"{step.Target} did not come to {step.Detail} within {StartLimit.TotalSeconds:0} s");
            await processes.KillAsync(step.Target, ct);
        }
    }

    private async Task DisturbAsync(FaultStep step, CancellationToken ct)
    {
        var proxy = installation.Links![step.Target];
        LinkFaults.Apply(proxy, step.Detail);
        await Task.Delay(step.Duration, time, ct);
        proxy.Heal();
        await recovery.MeasureAsync($"{step.Target} ({step.Detail})", ct);
    }

    private async Task FillDiskAsync(FaultStep step, CancellationToken ct)
    {
        installation.Disk!.Fill(step.Target == "rabbitmq" ? SparedForBroker : 0);
        await Task.Delay(step.Duration, time, ct);
        installation.Disk.Free();
        await recovery.MeasureAsync($"{step.Target} (disk full)", ct);
    }

    private void Say(string what) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {time.GetElapsedTime(started).TotalSeconds,7:0.0} s  {what}"));
}
