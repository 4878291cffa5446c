using System.Globalization;
using System.Text;

namespace Freshet.Benchmarks.Reporting;

/// <summary>All results as one table, for the console and for docs/performance.md.</summary>
internal static class Report
{
    public const string Begin = "<!-- benchmarks: begin (written by `-- all`) -->";
    public const string End = "<!-- benchmarks: end -->";

    // What the design asks for. A rate is to be large, a time small.
    private static readonly Dictionary<string, (double Ratio, bool AtLeast)> Goals = new(StringComparer.Ordinal)
    {
        ["pipeline"] = (0.30, true),
        ["accept"] = (0.35, true),
        ["query"] = (0.45, true),
        ["live"] = (2.0, false),
        ["growth"] = (1.3, false),
        ["flood"] = (2.0, false),
        ["start"] = (2.5, false),
    };

    /// <summary>A Markdown table. What could not be measured has its reason in place of figures.</summary>
    public static string Table(IEnumerable<BenchmarkResult> results, IReadOnlyDictionary<string, string> failures)
    {
        var table = new StringBuilder("| name | ours | reference | ratio | to reach | reached |\n|---|---|---|---|---|---|\n");
        foreach (var result in results)
        {
            var (goal, atLeast) = Goals[result.Name];
            var reached = atLeast ? result.Ratio >= goal : result.Ratio <= goal;
            table.Append(CultureInfo.InvariantCulture, $"| `{result.Name}` | {WithUnit(result.Ours, result.Unit)} | {WithUnit(result.Reference, result.Unit)} ")
                .Append(CultureInfo.InvariantCulture, $"| {BenchmarkResult.Figure(result.Ratio)} | {(atLeast ? "≥" : "≤")} {goal:0.00} | {(reached ? "yes" : "no")} |\n");
        }

        foreach (var (name, reason) in failures)
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{name}` | not measured: {reason.ReplaceLineEndings(" ").Replace('|', '/')} | | | | |\n");
        }

        return table.ToString();
    }

    /// <summary>The text with what stands between the markers replaced.</summary>
    /// <exception cref="FormatException">It does not have both markers.</exception>
    public static string Replace(string text, string section)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{text[..(begin + Begin.Length)]}\n{section.Trim()}\n{text[end..]}"
            : throw new FormatException($"The text has no section for results. Add these two lines where it belongs:\n{Begin}\n{End}");
    }

    private static string WithUnit(double value, string unit) => $"{BenchmarkResult.Figure(value)}{(unit.StartsWith('/') ? "" : " ")}{unit}";
}
