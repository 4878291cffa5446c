using System.Globalization;

namespace Freshet.Benchmarks.Running;

/// <summary>Processor time and memory of this process's descendants, added up by program. From <c>/proc</c>.</summary>
internal sealed record ProcessTree(IReadOnlyDictionary<string, ProgramUse> Programs)
{
    // USER_HZ, which Linux fixes for what it tells user space.
    private const double TicksPerSecond = 100;

    public static ProcessTree Read()
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Where(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out _))
            .Select(ReadOne).OfType<ProcessLine>().ToDictionary(line => line.Id);
        return new(processes.Values.Where(IsOurs)
            .GroupBy(line => line.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new ProgramUse(group.Sum(line => line.Seconds), group.Sum(line => line.Bytes)), StringComparer.Ordinal));

        bool IsOurs(ProcessLine line)
        {
            for (var current = line; processes.TryGetValue(current.Parent, out var parent); current = parent)
            {
                if (current.Id == Environment.ProcessId)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What each program used since <paramref name="before"/>, most first, for example <c>postgres 3.2 s</c>.</summary>
    public string Since(ProcessTree before) => string.Join(", ", Programs
        .Select(pair => (pair.Key, Seconds: pair.Value.Seconds - (before.Programs.GetValueOrDefault(pair.Key)?.Seconds ?? 0)))
        .Where(used => used.Seconds >= 0.05)
        .OrderByDescending(used => used.Seconds)
        .Select(used => string.Create(CultureInfo.InvariantCulture, $"{used.Key} {used.Seconds:0.0} s")));

    /// <summary>Resident memory of these programs, for example <c>412 MB</c>.</summary>
    public string Memory(params IEnumerable<string> names) => string.Create(
        CultureInfo.InvariantCulture, $"{names.Sum(Bytes) / 1_000_000} MB");

    /// <summary>Resident memory of a program; 0 if it does not run.</summary>
    public long Bytes(string name) => Programs.GetValueOrDefault(name)?.Bytes ?? 0;

    private static ProcessLine? ReadOne(string path)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(path, "stat"));
            var end = text.LastIndexOf(')');
            var fields = text[(end + 2)..].Split(' ');
            long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
            return new((int)long.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), (int)Number(4),
                text[(text.IndexOf('(') + 1)..end], (Number(14) + Number(15)) / TicksPerSecond, Number(24) * Environment.SystemPageSize);
        }
        catch (IOException)
        {
            // It ended in this moment.
            return null;
        }
    }

    private sealed record ProcessLine(int Id, int Parent, string Name, double Seconds, long Bytes);
}

/// <summary>What a program's processes have used.</summary>
/// <param name="Seconds">Of processor time, since they started.</param>
/// <param name="Bytes">Of resident memory; pages that processes share count for each.</param>
internal sealed record ProgramUse(double Seconds, long Bytes);
