using System.Runtime.InteropServices;
using Freshet.Benchmarks;
using Freshet.Benchmarks.Accept;
using Freshet.Benchmarks.Flood;
using Freshet.Benchmarks.Growth;
using Freshet.Benchmarks.Live;
using Freshet.Benchmarks.Micro;
using Freshet.Benchmarks.Pipeline;
using Freshet.Benchmarks.Query;
using Freshet.Benchmarks.References;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Start;

// Each benchmark starts what it needs, measures ours and the reference in turn for a bounded time on the loopback address, and prints its
// figures; the last line is its result. docs/performance.md tells the method.
if (args is [ReferencePrograms.Verb, .. var reference])
{
    return await ReferencePrograms.RunAsync(reference);
}

var benchmarks = new Dictionary<string, Func<BenchmarkArguments, CancellationToken, Task<BenchmarkResult>>>(StringComparer.Ordinal)
{
    ["accept"] = AcceptBenchmark.RunAsync,
    ["query"] = QueryBenchmark.RunAsync,
    ["pipeline"] = PipelineBenchmark.RunAsync,
    ["live"] = LiveBenchmark.RunAsync,
    ["growth"] = GrowthBenchmark.RunAsync,
    ["flood"] = FloodBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
};

var arguments = BenchmarkArguments.Parse(args, out var fault);
var run = arguments is null ? null : benchmarks.GetValueOrDefault(arguments.Name);
if (arguments is null || (run is null && arguments.Name is not ("all" or "micro")))
{
    await Console.Error.WriteLineAsync(arguments is null ? fault : $"There is no benchmark '{arguments.Name}'.");
    await Console.Error.WriteLineAsync(
        $"""
        usage: dotnet run -c Release --project tests/Benchmarks -- <{string.Join('|', benchmarks.Keys)}|all|micro> [options]
          --rounds <n>        rounds that count, of ours and of the reference in turn
          --seconds <n>       length of a round
          --connections <n>   connections of the load generator
          --profiles <n>      profiles loaded before the measurement
          --rate <n>          events per second, where the rate is steady
          --anew              load profiles again, though an earlier run kept them: after a change of how they are stored
          --alone             accept: stop Processing during our rounds, to see Ingress by itself
        """);
    return 2;
}

if (arguments.Name == "micro")
{
    return MicroBenchmarks.Run(arguments.Filter);
}

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (run is null)
    {
        return await AllBenchmarks.RunAsync(benchmarks, arguments, stop.Token);
    }

    Console.WriteLine(await run(arguments, stop.Token));
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
#pragma warning disable CA1031 // The edge of the process: whatever kept it from measuring is said, and the exit code tells.
catch (Exception failure)
#pragma warning restore CA1031
{
    await Console.Error.WriteLineAsync(failure.ToString());
    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
