using System.Collections.Concurrent;
using System.Globalization;
using Freshet.Chaos.Checking;
using Freshet.Chaos.Hosting;
using Freshet.Chaos.Load;

namespace Freshet.Chaos.Attacks;

/// <summary>
/// Somebody who means harm, beside good traffic. The first third of the run is without it; the second half of that third, when hosts are warm, is
/// what good traffic is compared with: in the last two thirds of the attack its 99th percentile must not double; no host may end, and nobody gets a 5xx.
/// </summary>
internal abstract class Attack
{
    /// <summary>Below this a doubling says nothing: a garbage collection is longer.</summary>
    private static readonly TimeSpan Negligible = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, int?> pids = [];
    private TimeSpan from;
    private TimeSpan warm;
    private Func<string, int?> pidOf = _ => null;

    /// <summary>What the attacker was answered, by kind of attempt and answer.</summary>
    protected ConcurrentDictionary<string, int> Answers { get; } = new();

    public static Attack Of(string name, ChaosInstallation installation) => name switch
    {
        "bodies" => new BodyAttack(installation),
        "slow-requests" => new SlowRequestAttack(installation),
        "signatures" => new SignatureAttack(installation),
        "documents" => new DocumentAttack(installation),
        "slow-subscribers" => new SlowSubscriberAttack(installation),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such attack."),
    };

    public async Task RunAsync(TimeSpan length, CancellationToken ct)
    {
        from = length / 3;
        warm = from + (length - from) / 3;
        await Task.Delay(from, ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(length - from);
        await RunAsync(end.Token);
    }

    /// <summary>The verdicts on it.</summary>
    public IReadOnlyList<Check> Results(Scene scene)
    {
        var counts = string.Join(", ", Answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => $"{answer.Key}: {answer.Value}"));
        string[] wrongs = [.. Answers.Where(answer => IsWrong(answer.Key)).Select(answer => $"{answer.Value} × {answer.Key}"), .. pids.Where(pid => pidOf(pid.Key) != pid.Value).Select(pid => $"{pid.Key} was restarted")];
        return [new("the attacker is refused", wrongs, counts), Slowdown("senders", scene.Sender.Answers), Slowdown("readers", scene.Readers.Answers)];
    }

    /// <summary>Notes who runs now.</summary>
    public void Remember(IEnumerable<string> hosts, Func<string, int?> pids)
    {
        pidOf = pids;
        foreach (var host in hosts)
        {
            this.pids[host] = pids(host);
        }
    }

    /// <summary>Goes on until it is stopped.</summary>
    protected abstract Task RunAsync(CancellationToken stop);

    /// <summary>By default: a 5xx. 503 asks to come later, and is right when the house is full.</summary>
    protected virtual bool IsWrong(string answer) => answer.EndsWith(" 500", StringComparison.Ordinal) || answer.EndsWith(" 502", StringComparison.Ordinal);

    protected void Count(string what) => Answers.AddOrUpdate(what, 1, (_, count) => count + 1);

    // The first moments of an attack run code that this process has never run: they are told, and what comes after them is judged.
    private Check Slowdown(string who, IEnumerable<Answer> answers)
    {
        var good = answers.Where(answer => answer.Status is >= 200 and < 300).ToList();
        var (before, cold, during) = (P99(from / 2, from), P99(from, warm), P99(warm, TimeSpan.MaxValue));
        var text = string.Create(CultureInfo.InvariantCulture,
            $"p99 of {who} from {before.TotalMilliseconds:0} ms to {during.TotalMilliseconds:0} ms (in the attack's first {(warm - from).TotalSeconds:0} s {cold.TotalMilliseconds:0} ms)");
        return new Check($"{who} hardly notice", during <= before * 2 || during <= Negligible ? [] : [text], text);

        TimeSpan P99(TimeSpan since, TimeSpan until) =>
            Percentile.Of([.. good.Where(answer => answer.At >= since && answer.At < until).Select(answer => answer.Took)], 0.99);
    }
}
