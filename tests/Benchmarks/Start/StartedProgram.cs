using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting.Running;

namespace Freshet.Benchmarks.Start;

/// <summary>Starts a program of .NET, waits until it says that it is ready, and ends it as Ctrl+C does.</summary>
internal static class StartedProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>How long it took from the start to the line that ends with "is ready".</summary>
    public static async Task<TimeSpan> TimeAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(DotnetPath(), ["exec", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limit);
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        try
        {
            return await WaitAsync(process, started, timeout.Token);
        }
        finally
        {
            Unix.SignalProcess(process.Id, Unix.SigTerm);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<TimeSpan> WaitAsync(Process process, long started, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.EndsWith(" is ready", StringComparison.Ordinal))
            {
                var elapsed = Stopwatch.GetElapsedTime(started);
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return elapsed;
            }

            lines.Add(line);
        }

        throw new InvalidOperationException($"It ended before it was ready:\n{string.Join('\n', lines)}");
    }

    private static string DotnetPath() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}
