using System.Globalization;
using Freshet.Chaos.Checking;

namespace Freshet.Chaos;

/// <summary>What a run came to.</summary>
/// <param name="Plan">Its name.</param>
/// <param name="Seed">With which it can be repeated.</param>
/// <param name="Checks">Every verdict.</param>
/// <param name="Acknowledged">Events, each counted once.</param>
/// <param name="Lost">Acknowledged and not applied.</param>
/// <param name="Doubled">Applied more than once.</param>
/// <param name="Kills">Processes that were ended by force or ended themselves at a failpoint.</param>
/// <param name="Recoveries">How long each recovery took.</param>
/// <param name="Residue">Of the ledger.</param>
internal sealed record RunResult(
    string Plan, string Seed, IReadOnlyList<Check> Checks, int Acknowledged, int Lost, int Doubled, int Kills, IReadOnlyList<TimeSpan> Recoveries, long Residue)
{
    public bool Holds => Checks.All(check => check.Holds);

    public static RunResult Of(IReadOnlyList<RunResult> runs) => runs.Count == 1 ? runs[0] : new RunResult(
        runs[0].Plan, string.Join(',', runs.Select(run => run.Seed)), [.. runs.SelectMany(run => run.Checks)], runs.Sum(run => run.Acknowledged), runs.Sum(run => run.Lost),
        runs.Sum(run => run.Doubled), runs.Sum(run => run.Kills), [.. runs.SelectMany(run => run.Recoveries)], runs.Sum(run => run.Residue));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"plan={Plan} seed={Seed} acked={Acknowledged} lost={Lost} doubled={Doubled} kills={Kills} recovery_p95={Percentile.Of(Recoveries, 0.95).TotalSeconds:0.0}s residue={Residue}");
}

internal static class Percentile
{
    /// <summary>The smallest value that is not exceeded by the given share of them; zero if there are none.</summary>
    public static TimeSpan Of(IReadOnlyList<TimeSpan> values, double share) =>
        values.Count == 0 ? TimeSpan.Zero : values.Order().ElementAt((int)Math.Ceiling(share * values.Count) - 1);
}
