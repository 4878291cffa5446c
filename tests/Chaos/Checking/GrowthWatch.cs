using System.Globalization;
using Freshet.Chaos.Faults;

namespace Freshet.Chaos.Checking;

/// <summary>C9: a host that lives long enough to have settled keeps its memory and its handles. Sampled every five seconds.</summary>
internal sealed class GrowthWatch(Processes processes, IReadOnlyList<string> hosts)
{
    private const double Allowed = 1.3;
    private const int SparedMegabytes = 40;
    private const int SparedHandles = 60;
    private const int Enough = 6;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Samples of the first minute are those of a program that is being compiled.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    private readonly Dictionary<(string Host, int Pid), List<Sample>> samples = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var host in hosts)
            {
                if (processes.PidOf(host) is { } pid && Take(pid) is { } sample)
                {
                    (samples.TryGetValue((host, pid), out var known) ? known : samples[(host, pid)] = []).Add(sample);
                }
            }

            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Check Result()
    {
        var settled = samples.Select(entry => (entry.Key.Host, Taken: entry.Value.Skip((int)(Settling / Interval)).ToList())).Where(entry => entry.Taken.Count >= Enough).ToList();
        string?[] wrongs =
        [
            .. settled.Select(entry => Growth(entry.Host, "memory (MB)", entry.Taken, sample => sample.Megabytes, SparedMegabytes)),
            .. settled.Select(entry => Growth(entry.Host, "handles", entry.Taken, sample => sample.Handles, SparedHandles)),
        ];
        var most = samples.Values.SelectMany(taken => taken).Select(sample => sample.Megabytes).DefaultIfEmpty().Max();
        return new Check("C9 no host grows", [.. wrongs.OfType<string>()], $"{settled.Count} processes lived long enough to tell; the largest had {most} MB");
    }

    private static string? Growth(string host, string what, List<Sample> taken, Func<Sample, int> of, int spared)
    {
        var (first, last) = (Median(taken[..3], of), Median(taken[^3..], of));
        return last > (first * Allowed) + spared ? $"{host}: {what} from {first} to {last}" : null;
    }

    private static int Median(List<Sample> three, Func<Sample, int> of) => three.Select(of).Order().ElementAt(1);

    private static Sample? Take(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            var kilobytes = line?.Split(' ', '\t').Where(word => word.Length > 0).ElementAt(1);
            return kilobytes is null ? null : new Sample(int.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024, Directory.GetFiles($"/proc/{pid}/fd").Length);
        }
        catch (IOException)
        {
            // It was killed in between.
            return null;
        }
    }

    private sealed record Sample(int Megabytes, int Handles);
}
