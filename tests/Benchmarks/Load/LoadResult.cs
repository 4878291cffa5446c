using System.Globalization;

namespace Freshet.Benchmarks.Load;

/// <summary>What a round of load gave.</summary>
/// <param name="Latencies">Of the requests that were answered as they should be.</param>
/// <param name="Failures">Status codes that should not have come, with their number. 200 here: an answer whose body told an error.</param>
/// <param name="Elapsed">From the first request until the last answer that counts.</param>
internal sealed record LoadResult(Histogram Latencies, IReadOnlyDictionary<int, int> Failures, TimeSpan Elapsed)
{
    /// <summary>Good answers per second.</summary>
    public double Rate => Latencies.Count / Elapsed.TotalSeconds;

    public override string ToString()
    {
        var failures = string.Concat(Failures.Select(pair => $", {pair.Value} times {pair.Key}"));
        return string.Create(CultureInfo.InvariantCulture, $"{Rate:0}/s {Latencies}{failures}");
    }
}
