using Freshet.Chaos.Checking;
using Freshet.Chaos.Hosting;
using Freshet.Chaos.Load;
using Freshet.Chaos.Plans;

namespace Freshet.Chaos;

/// <summary>One run: start everything, load and faults together, quiet, verdicts.</summary>
internal sealed class ChaosRun(ChaosArguments arguments, Action<string> say)
{
    /// <summary>A plan with several seeds runs once with each, from the given one on.</summary>
    public static async Task<RunResult> AllAsync(ChaosArguments arguments, Action<string> say, CancellationToken ct)
    {
        var runs = new List<RunResult>();
        for (var i = 0; i < arguments.Plan.Seeds; i++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(arguments.Length + arguments.Plan.Grace);
            runs.Add(await new ChaosRun(arguments with { Seed = arguments.Seed + i }, say).RunAsync(limit.Token));
            if (arguments.Plan.Seeds > 1)
            {
                say($"{runs[^1]}");
            }
        }

        return RunResult.Of(runs);
    }

    private async Task<RunResult> RunAsync(CancellationToken ct)
    {
        var (plan, seed) = (arguments.Plan, arguments.Seed);
        var schedule = Schedule.Of(plan, seed, arguments.Length);
        say($"{plan.Name}: {plan.Summary}; seed {seed}, {arguments.Length.TotalSeconds:0} s, {plan.Rate} events/s");
        say($"schedule: {string.Join(' ', schedule)}");

        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"freshet-chaos-{plan.Name}-{seed}")).FullName;
        await using var installation = await ChaosInstallation.StartAsync(plan, $"{folder}-data", ct);
        await using var scene = new Scene(arguments, installation, folder, TimeProvider.System);
        say($"everything is up; journal and log: {folder}");
        await PlayAsync(scene, schedule, ct);
        return await new Verdict(arguments, scene, say).ReachAsync(ct);
    }

    /// <summary>Load and faults together. Senders stop when everything they began is acknowledged, readers when the faults are over too.</summary>
    private async Task PlayAsync(Scene scene, IReadOnlyList<FaultStep> schedule, CancellationToken ct)
    {
        scene.Watch();
        scene.Attack?.Remember(scene.Installation.Hosts, scene.Processes.PidOf);
        var attack = scene.Attack?.RunAsync(arguments.Length, ct) ?? Task.CompletedTask;
        var faults = scene.Injector.RunAsync(schedule, ct);
        await Task.WhenAll(faults, scene.Crowd.RunAsync(arguments.Length, faults, ct), attack);
        if (arguments.Plan.IsReplayed)
        {
            await new Replay(scene).RunAsync(ct);
        }

        scene.Installation.Links?.HealAll();
        say($"load and faults are over: {scene.Journal.Count} events acknowledged, {scene.Crowd.Repeats} deliveries repeated, {scene.Injector.Kills} kills");
        await scene.EndReadingAsync();
    }
}
