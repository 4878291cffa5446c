using System.Globalization;
using Freshet.Chaos.Load;
using Freshet.Chaos.Plans;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Testing;
using Npgsql;

namespace Freshet.Chaos.Checking;

/// <summary>Waits for quiet, then asks every checker.</summary>
internal sealed class Verdict(ChaosArguments arguments, Scene scene, Action<string> say)
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromMilliseconds(150);

    public async Task<RunResult> ReachAsync(CancellationToken ct)
    {
        await Task.WhenAll(scene.Installation.All.Select(resource => scene.Processes.HealthyAsync(resource, ct)));
        await using var database = NpgsqlDataSource.Create(await scene.Installation.ConnectionAsync("freshet", ct));
        var (took, left) = await new Quiescence(database, await scene.Installation.ConnectionAsync("rabbitmq", ct)).WaitAsync(ct);

        var events = new EventChecks(database);
        var sent = scene.Crowd.Begun().SelectMany(delivery => delivery.Events).ToList();
        var poison = sent.Where(@event => @event.Meaning is null).Select(@event => @event.EventId).ToHashSet();
        var acknowledged = scene.Journal.Acknowledged;
        var lost = await events.LostAsync(acknowledged, poison, ct);
        var doubled = await events.DoubledAsync(ct);
        var (ledger, residue) = await events.LedgerAsync(ct);
        Check[] checks =
        [
            new("something was acknowledged", acknowledged.Count > 0 ? [] : ["nothing was, so the other checks say nothing"], $"{acknowledged.Count} events"),
            new("everything comes to rest", left is null ? [] : [$"after {took.TotalSeconds:0} s there is still {left}"], $"after {took.TotalSeconds:0.0} s"),
            lost,
            doubled,
            await FoldAsync(await MeaningsAsync(events, sent, ct), ct),
            await new CacheCheck(database, await scene.Installation.ConnectionAsync("redis", ct)).RunAsync(ct),
            await SubscriberCheck.RunAsync(scene.Subscribers, scene.Gateway, ct),
            await events.DeadLettersAsync(poison, acknowledged, ct),
            scene.Log.Result(Path.Combine(scene.Installation.DataPath, "logs")),
            scene.Growth.Result(),
            Recoveries(),
            .. Failpoints(),
            ledger,
            Senders(),
            .. scene.Attack?.Results(scene) ?? [],
            Readers(),
        ];
        Array.ForEach(checks, check => say($"{check}"));
        say("  --    C7 the audit chain: not checked, the product has none yet");
        return new RunResult(
            arguments.Plan.Name, arguments.Seed.ToString(CultureInfo.InvariantCulture), checks, acknowledged.Count, lost.Wrongs.Count, doubled.Wrongs.Count,
            scene.Injector.Kills, [.. scene.Recovery.Times.Select(recovery => recovery.Took)], residue);
    }

    // A sender's clock that is ahead is believed up to the tolerance, and no further. When an event was received only the database knows.
    private async Task<ILookup<int, CanonicalEvent>> MeaningsAsync(EventChecks events, List<ScriptedEvent> sent, CancellationToken ct)
    {
        var received = arguments.Plan.Skew > TimeSpan.Zero ? await events.ReceivedAsync(ct) : null;
        return sent.Where(@event => @event.Meaning is not null).ToLookup(@event => @event.Group, @event => Bounded(@event.Meaning!));

        CanonicalEvent Bounded(CanonicalEvent meaning) =>
            received?.TryGetValue(meaning.EventId, out var at) == true && meaning.OccurredAt > at + ReadEvent.FutureTolerance
                ? meaning with { OccurredAt = at + ReadEvent.FutureTolerance }
                : meaning;
    }

    private async Task<Check> FoldAsync(ILookup<int, CanonicalEvent> byGroup, CancellationToken ct)
    {
        var reading = WorkspaceReader.Read(Path.Combine(scene.Installation.AppHostFolder, "workspace"), TestSecrets.Find);
        var traits = new TraitDictionary(1, reading.Definition?.Traits ?? throw new InvalidOperationException(string.Join('\n', reading.Errors)));
        return await new FoldCheck(traits, new ProfileSheets(scene.Gateway, traits), scene.Script.People).RunAsync(byGroup, ct);
    }

    private Check Recoveries()
    {
        var times = scene.Recovery.Times.OrderBy(recovery => recovery.Took).ToList();
        var p95 = Percentile.Of([.. times.Select(recovery => recovery.Took)], 0.95);
        var longest = times.TakeLast(3).Reverse().Select(recovery => $"{recovery.After} {Seconds(recovery.Took)}");
        string[] wrongs = p95 <= arguments.Plan.LongestRecovery ? [] : [$"p95 is {Seconds(p95)}, allowed are {Seconds(arguments.Plan.LongestRecovery)}"];
        return new Check("C10 the whole way works again soon", wrongs, $"{times.Count} recoveries, p95 {Seconds(p95)}; longest: {string.Join(", ", longest)}");
    }

    private IEnumerable<Check> Failpoints()
    {
        var armed = arguments.Plan.Tracks.Where(track => track.Action == FaultAction.Crash).SelectMany(track => track.Details).Count();
        return armed == 0 ? [] : [new Check("hosts end where they were told to", [.. scene.Injector.Missed], $"{armed} failpoints in turn, {scene.Injector.Kills / 2} crashes")];
    }

    private Check Senders() => new(
        "senders get 2xx, 503 or nothing", [.. scene.Sender.Wrongs], $"{Counts(scene.Sender.Answers)}; p99 of 2xx {Milliseconds(P99(scene.Sender.Answers))}");

    private Check Readers()
    {
        var p99 = P99(scene.Readers.Answers);
        string[] errors = [.. scene.Readers.Errors.Select(error => $"{error.Value} times {error.Key}")];
        var slowest = scene.Readers.Answers.OrderByDescending(answer => answer.Took).Take(3).Select(answer => $"{Milliseconds(answer.Took)} at {Seconds(answer.At)}");
        var remark = $"{scene.Readers.Answers.Count} reads, p99 {Milliseconds(p99)}; longest: {string.Join(", ", slowest)}{(errors.Length == 0 ? "" : $"; {string.Join(", ", errors)}")}";
        if (!arguments.Plan.ReadersSeeNothing)
        {
            return new Check("readers", [], remark);
        }

        // A host's first answers are slow without any fault; errors count from the beginning.
        var first = Schedule.Of(arguments.Plan, arguments.Seed, arguments.Length)[0].At;
        var faulty = P99(scene.Readers.Answers.Where(answer => answer.At >= first));
        string[] late = faulty <= LongestRead ? [] : [$"p99 since the first fault is {Milliseconds(faulty)}, allowed are {Milliseconds(LongestRead)}"];
        return new Check("readers notice nothing", [.. errors, .. late], $"{remark}; p99 since the first fault {Milliseconds(faulty)}");
    }

    private static TimeSpan P99(IEnumerable<Answer> answers) =>
        Percentile.Of([.. answers.Where(answer => answer.Status is >= 200 and < 300).Select(answer => answer.Took)], 0.99);

    private static string Counts(IEnumerable<Answer> answers) =>
        string.Join(", ", answers.GroupBy(answer => answer.Status).OrderBy(group => group.Key).Select(group => $"{group.Count()} × {(group.Key == 0 ? "nothing" : group.Key)}"));

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
