using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Freshet.Benchmarks.Micro;

/// <summary>The hot paths by themselves, by BenchmarkDotNet: time and allocated bytes per call.</summary>
internal static class MicroBenchmarks
{
    private static readonly Type[] Types =
        [typeof(SignatureCheck), typeof(EventParse), typeof(ApplyOrder), typeof(SealAndUnseal), typeof(ResponseWriting)];

    /// <param name="filter">A part of the names to run; null: all.</param>
    /// <returns>The process's exit code: 2 when no name has that part.</returns>
    public static int Run(string? filter)
    {
        // In this process: the copies that BenchmarkDotNet builds otherwise know nothing of this repository's build settings.
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "freshet-micro-benchmarks"));
        var summaries = BenchmarkSwitcher.FromTypes(Types).Run(["--filter", $"*{filter}*"], config);
        return summaries.Any() ? 0 : 2;
    }
}
