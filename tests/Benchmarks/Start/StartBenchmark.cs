using System.Globalization;
using Freshet.Benchmarks.References;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Running;

namespace Freshet.Benchmarks.Start;

/// <summary>
/// Seconds from starting the built AppHost until it says <c>Freshet is ready</c>, against the three servers alone, started by the same local
/// host. Both have been started before: their data is there, and the servers' programs need not be fetched.
/// </summary>
internal static class StartBenchmark
{
    public static async Task<BenchmarkResult> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        var data = Directory.CreateDirectory(Path.Combine(LabData.Root, $"start-{Guid.CreateVersion7():N}"));
        try
        {
            await RoundAsync("warm-up", data, cancellationToken);
            var rounds = new List<(double, double)>();
            for (var round = 1; round <= (arguments.Rounds ?? 3); round++)
            {
                rounds.Add(await RoundAsync($"round {round}", data, cancellationToken));
            }

            return BenchmarkResult.OfRounds("start", "s", rounds);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<(double Ours, double Reference)> RoundAsync(string name, DirectoryInfo data, CancellationToken cancellationToken)
    {
        string[] common = [.. LabData.Secrets, "--Hosting:RandomizePorts=true"];
        var ours = await StartedProgram.TimeAsync([AppHostPath(), .. common, $"--Hosting:Data={Path.Combine(data.FullName, "ours")}"], cancellationToken);
        var servers = await StartedProgram.TimeAsync(
            [typeof(StartBenchmark).Assembly.Location, ReferencePrograms.Verb, ReferencePrograms.Servers, .. common, $"--Hosting:Data={Path.Combine(data.FullName, "servers")}"],
            cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: ours {ours.TotalSeconds:0.00} s, servers alone {servers.TotalSeconds:0.00} s"));
        return (ours.TotalSeconds, servers.TotalSeconds);
    }

    /// <summary>AppHost's own output, built together with this one: beside it are all assemblies that it needs.</summary>
    private static string AppHostPath()
    {
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(own.Parent!.Parent!.FullName, "AppHost", own.Name, "Freshet.AppHost.dll");
    }
}
