using Freshet.Benchmarks;

// Each benchmark starts what it needs, measures for a bounded time on the loopback address and prints its figures; the last line is its result.
var benchmarks = new Dictionary<string, Func<CancellationToken, Task<string>>>
{
    ["accept"] = AcceptBenchmark.RunAsync,
    ["live"] = LiveBenchmark.RunAsync,
    ["pipeline"] = PipelineBenchmark.RunAsync,
};

if (args is not [var name] || !benchmarks.TryGetValue(name, out var run))
{
    await Console.Error.WriteLineAsync($"usage: dotnet run -c Release --project tests/Benchmarks -- <{string.Join('|', benchmarks.Keys)}>");
    return 2;
}

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(10));
Console.WriteLine(await run(stop.Token));
return 0;
