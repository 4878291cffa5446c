using System.Globalization;

namespace Freshet.Benchmarks.Reporting;

/// <summary>One figure of ours beside the reference's, measured in one run.</summary>
/// <param name="Name">The benchmark's.</param>
/// <param name="Ours">Median of our rounds.</param>
/// <param name="Reference">Median of the reference's.</param>
/// <param name="Unit">For the table: <c>/s</c>, <c>ms</c>, <c>s</c>.</param>
internal sealed record BenchmarkResult(string Name, double Ours, double Reference, string Unit)
{
    public double Ratio => Ours / Reference;

    /// <summary>The benchmark's last line.</summary>
    public override string ToString() => $"{Name} ours={Figure(Ours)} reference={Figure(Reference)} ratio={Figure(Ratio)}";

    /// <summary>The medians of rounds, each of which has a figure of ours and one of the reference.</summary>
    public static BenchmarkResult OfRounds(string name, string unit, IReadOnlyCollection<(double Ours, double Reference)> rounds) =>
        new(name, Median(rounds.Select(round => round.Ours)), Median(rounds.Select(round => round.Reference)), unit);

    /// <summary>The middle value; of an even number, the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Large figures without fraction, small ones with two digits.</summary>
    public static string Figure(double value) => value.ToString(Math.Abs(value) >= 1000 ? "0" : "0.00", CultureInfo.InvariantCulture);
}
