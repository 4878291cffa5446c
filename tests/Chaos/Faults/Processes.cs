using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Freshet.Chaos.Faults;

/// <summary>The processes behind the resources: found by the pid that LocalHosting reports, never by name.</summary>
internal sealed partial class Processes(DistributedApplication app)
{
    private const int Stop = 19;
    private const int Continue = 18;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>Null: it does not run.</summary>
    public int? PidOf(string resource) =>
        app.ResourceNotifications.TryGetCurrentState(resource, out var state)
        && state.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } pid
            ? Convert.ToInt32(pid, CultureInfo.InvariantCulture)
            : null;

    /// <summary>SIGKILL to the process and its children; returns when LocalHosting has noticed. False: there was nothing to kill.</summary>
    public async Task<bool> KillAsync(string resource, CancellationToken ct)
    {
        if (PidOf(resource) is not { } pid)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill(entireProcessTree: true);
        }
        catch (ArgumentException)
        {
            // It has just ended by itself.
        }

        await EndedAsync(resource, ct);
        return true;
    }

    /// <summary>Returns when the resource has ended.</summary>
    public Task EndedAsync(string resource, CancellationToken ct) =>
        app.ResourceNotifications.WaitForResourceAsync(resource, KnownResourceStates.TerminalStates, ct);

    public Task StartAsync(string resource, CancellationToken ct) => app.ResourceCommands.ExecuteCommandAsync(resource, "resource-start", ct);

    public Task HealthyAsync(string resource, CancellationToken ct) => app.ResourceNotifications.WaitForResourceHealthyAsync(resource, ct).WaitAsync(StartLimit, ct);

    /// <summary>SIGSTOP to the process and its children; <see cref="Thaw"/> with what this returns.</summary>
    public IReadOnlyList<int> Freeze(string resource)
    {
        IReadOnlyList<int> pids = PidOf(resource) is { } pid ? [pid, .. Descendants(pid)] : [];
        foreach (var each in pids)
        {
            _ = Signal(each, Stop);
        }

        return pids;
    }

    public static void Thaw(IReadOnlyList<int> pids)
    {
        foreach (var pid in pids)
        {
            _ = Signal(pid, Continue);
        }
    }

    private static List<int> Descendants(int parent) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid != 0 && ParentOf(pid) == parent)
            .SelectMany(child => Descendants(child).Prepend(child)),
    ];

    // Field 4 of /proc/<pid>/stat; the name before it is in parentheses and may hold anything.
    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}
