using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.Running;

namespace Freshet.LocalHosting.Tests.Running;

/// <summary>A real AppHost process with all three servers and a service: whatever ends it, nothing stays behind.</summary>
public sealed class OrphanTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("orphans-");

    public OrphanTests() => _data.UnixFileMode |= UnixFileMode.OtherExecute | UnixFileMode.OtherRead;

    public void Dispose() => _data.Delete(recursive: true);

    [Theory]
    [InlineData(Unix.SigKill)]
    [InlineData(Unix.SigTerm)]
    [InlineData(Unix.SigInt)]
    public async Task Nothing_stays_behind(int signal)
    {
        using var host = SampleHost.Start("--Sample:Servers=true", "--Hosting:RandomizePorts=true", $"--Hosting:Data={_data.FullName}");
        await host.ReadyAsync();
        var processes = Descendants(host.Pid);
        var names = processes.Select(NameOf).ToList();
        names.ShouldContain("postgres");
        names.ShouldContain("beam.smp");
        names.ShouldContain("epmd");
        names.ShouldContain(name => name.StartsWith("redis-server", StringComparison.Ordinal));
        names.ShouldContain(name => name.StartsWith("Freshet.Sample", StringComparison.Ordinal));
        processes.Count.ShouldBeGreaterThan(8, "PostgreSQL's own processes belong to it");

        Unix.SignalProcess(host.Pid, signal);

        var bound = signal == Unix.SigKill ? TimeSpan.FromSeconds(4) : TimeSpan.FromSeconds(30);
        await TestApplication.EventuallyAsync(
            () => !processes.Exists(TestApplication.IsAlive), bound, "still there: " + string.Join(", ", processes.Where(TestApplication.IsAlive).Select(NameOf)));
    }

    [Fact]
    public async Task A_failing_one_shot_ends_everything_with_exit_code_1_and_the_reason()
    {
        using var host = SampleHost.Start("--Sample:JobExitCode=7", "--Hosting:RandomizePorts=true", $"--Hosting:Data={_data.FullName}");

        (await host.ExitCodeAsync()).ShouldBe(1);

        host.Output.ShouldContain("working");
        host.Output.ShouldContain("'service' waits for 'job' to end with exit code 0, but it ended with 7.");
        host.Output.ShouldNotContain("is ready");
    }

    [Fact]
    public async Task Two_hosts_on_the_same_data_are_kept_apart()
    {
        using var first = SampleHost.Start("--Hosting:RandomizePorts=true", $"--Hosting:Data={_data.FullName}");
        await first.ReadyAsync();
        using var second = SampleHost.Start("--Hosting:RandomizePorts=true", $"--Hosting:Data={_data.FullName}");

        (await second.ExitCodeAsync()).ShouldNotBe(0);

        second.Output.ShouldContain("Another AppHost is running on the data");
    }

    private static List<int> Descendants(int root)
    {
        var parents = Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Select(pid => (Pid: pid, Parent: ParentOf(pid))).ToList();
        var found = new List<int>();
        var level = new List<int> { root };
        while (level.Count > 0)
        {
            level = [.. parents.Where(p => level.Contains(p.Parent)).Select(p => p.Pid)];
            found.AddRange(level);
        }

        return found;
    }

    private static int ParentOf(int pid) => Status(pid, "PPid:") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : -1;

    private static string NameOf(int pid) => Status(pid, "Name:");

    private static string Status(int pid, string key)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim() ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}

/// <summary>The sample AppHost as a process of its own.</summary>
internal sealed class SampleHost : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleHost(string[] args)
    {
        var assembly = typeof(global::Projects.SampleHost).Assembly.Location;
        _process = new Process
        {
            // A shell's background job ignores Ctrl+C and so would its children: the build server may have started us as one.
            StartInfo = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", assembly, .. args])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("It ended before it was ready:\n" + Output));
    }

    public int Pid => _process.Id;

    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public static SampleHost Start(params string[] args)
    {
        var host = new SampleHost(args);
        host._process.Start();
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        return host;
    }

    public Task ReadyAsync() => _ready.Task.WaitAsync(TestApplication.Patience);

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TestApplication.Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
        }

        if (line.EndsWith(" is ready", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}
