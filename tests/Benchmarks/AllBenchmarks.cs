using System.Globalization;
using Freshet.Benchmarks.Reporting;

namespace Freshet.Benchmarks;

/// <summary>Runs every benchmark, prints one table and writes it into docs/performance.md.</summary>
internal static class AllBenchmarks
{
    private const string Command = "dotnet run -c Release --project tests/Benchmarks -- all";

    /// <returns>The process's exit code: 0 when everything was measured, whatever the figures.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyDictionary<string, Func<BenchmarkArguments, CancellationToken, Task<BenchmarkResult>>> benchmarks,
        BenchmarkArguments arguments,
        CancellationToken cancellationToken)
    {
        var results = new List<BenchmarkResult>();
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, run) in benchmarks)
        {
            Console.WriteLine(name);
            try
            {
                results.Add(await run(arguments with { Name = name }, cancellationToken));
                Console.WriteLine(results[^1]);
            }
#pragma warning disable CA1031 // Hides nothing: the reason stands in the table, the rest is measured all the same, and the exit code tells.
            catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
            {
                failures.Add(name, failure.Message);
                await Console.Error.WriteLineAsync(failure.ToString());
            }
        }

        var table = Report.Table(results, failures);
        Console.WriteLine();
        Console.WriteLine(table);
        await WriteAsync(table, cancellationToken);
        return failures.Count == 0 ? 0 : 1;
    }

    private static async Task WriteAsync(string table, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(Path.Combine(Projects.AppHost.ProjectPath, "..", "docs", "performance.md"));
        var heading = string.Create(CultureInfo.InvariantCulture,
            $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd} on {Environment.ProcessorCount} cores by `{Command}`:");
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        await File.WriteAllTextAsync(file, Report.Replace(text, $"{heading}\n\n{table}"), cancellationToken);
        Console.WriteLine($"Written to {file}");
    }
}
