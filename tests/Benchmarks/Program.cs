using System.Globalization;
using Freshet.Benchmarks;

// Each benchmark starts what it needs, measures for a bounded time on the loopback address and prints its figures; the last line is its result.
var benchmarks = new Dictionary<string, Func<int?, CancellationToken, Task<string>>>
{
    ["accept"] = (_, stop) => AcceptBenchmark.RunAsync(stop),
    ["live"] = (rate, stop) => LiveBenchmark.RunAsync(rate ?? 500, stop),
    ["pipeline"] = (_, stop) => PipelineBenchmark.RunAsync(stop),
};

int? rate = args.Length == 2 && int.TryParse(args[1], CultureInfo.InvariantCulture, out var number) ? number : null;
if (args.Length is 0 or > 2 || (args.Length == 2 && rate is null) || !benchmarks.TryGetValue(args[0], out var run))
{
    await Console.Error.WriteLineAsync($"usage: dotnet run -c Release --project tests/Benchmarks -- <{string.Join('|', benchmarks.Keys)}> [events per second, for live]");
    return 2;
}

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(10));
Console.WriteLine(await run(rate, stop.Token));
return 0;
