using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>What to start and how to end it.</summary>
internal sealed record ChildStart(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    /// <summary>The whole environment of the child: nothing is inherited.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public UnixUser? RunAs { get; init; }

    /// <summary>The polite signal, and the one for when AppHost itself was killed.</summary>
    public int StopSignal { get; init; } = Unix.SigTerm;

    public string ReaperSignal { get; init; } = "TERM";

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// A child in a session of its own, watched by the <see cref="Reaper"/>. No shell stands in between: shells drop variables
/// whose names they could not have, such as <c>Parameters__api-key</c>.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly ChildStart _start;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, ChildStart start)
    {
        _process = process;
        _start = start;
    }

    public int Pid { get; private set; }

    /// <summary>Completes with the exit code (128 + signal number when a signal ended it).</summary>
    public Task<int> Exited => _exited.Task;

    /// <param name="start">What to start.</param>
    /// <param name="onLine">Called for each line of output; true for standard error.</param>
    public static ChildProcess Start(ChildStart start, Action<string, bool> onLine)
    {
        var child = new ChildProcess(new Process { StartInfo = StartInfo(start), EnableRaisingEvents = true }, start);
        child._process.OutputDataReceived += (_, e) => Forward(e.Data, isError: false);
        child._process.ErrorDataReceived += (_, e) => Forward(e.Data, isError: true);
        child._process.Exited += (_, _) => child.OnExited();
        var reaper = Reaper.Shared;
        child._process.Start();
        child.Pid = child._process.Id;
        reaper.Watch(child.Pid, start.ReaperSignal);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        child._process.StandardInput.Close();
        return child;

        void Forward(string? line, bool isError)
        {
            if (line is not null)
            {
                onLine(line, isError);
            }
        }
    }

    /// <summary>Runs a short command to its end.</summary>
    /// <exception cref="DistributedApplicationException">It ended with another code than 0; the message has its output.</exception>
    public static async Task<string> RunAsync(ChildStart start, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        using var child = Start(start, (line, _) =>
        {
            lock (lines)
            {
                lines.Add(line);
            }
        });
        try
        {
            var code = await child.Exited.WaitAsync(cancellationToken);
            await child._process.WaitForExitAsync(cancellationToken);
            lock (lines)
            {
                var output = string.Join('\n', lines);
                return code == 0 ? output : throw new DistributedApplicationException(
                    $"'{Path.GetFileName(start.FileName)}' ended with exit code {code}:\n{output}");
            }
        }
        finally
        {
            await child.StopAsync();
        }
    }

    /// <summary>Asks the group to end, and kills what is left after the time it was given.</summary>
    public async Task StopAsync()
    {
        if (!Exited.IsCompleted)
        {
            Unix.SignalProcess(Pid, _start.StopSignal);
            await Task.WhenAny(Exited, Task.Delay(_start.StopTimeout));
        }

        Unix.SignalGroup(Pid, Unix.SigKill);
        await Exited;
    }

    public void Dispose() => _process.Dispose();

    private static ProcessStartInfo StartInfo(ChildStart start)
    {
        var info = new ProcessStartInfo
        {
            FileName = SessionPrefix.Command,
            WorkingDirectory = start.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            .. SessionPrefix.Arguments, .. start.RunAs?.Prefix() ?? [], start.FileName, .. start.Arguments,
        ];
        Array.ForEach(arguments, info.ArgumentList.Add);
        info.Environment.Clear();
        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        info.Environment[Reaper.MarkVariable] = Reaper.Mark;

        return info;
    }

    private void OnExited()
    {
        // Whatever the group's first process left behind ends with it.
        Unix.SignalGroup(Pid, Unix.SigKill);
        Reaper.Shared.Forget(Pid);
        _exited.TrySetResult(_process.ExitCode);
    }
}
