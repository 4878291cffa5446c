using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Running;

/// <summary>
/// Leaves no orphan. A shell in its own session holds the other end of a pipe and a list of process groups. When this
/// process ends, however it ends (<c>kill -9</c> too), the pipe closes, and the shell ends the groups and deletes the
/// temporary directories. One per process, started with the first child.
/// </summary>
internal sealed class Reaper
{
    // TERM and INT are ignored: only the closed pipe ends the reaper. Twelve pauses of 0.1 s are the groups' time to end well.
    private const string Script = """
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        groups= dirs= mark=
        while read -r verb a b; do
          case $verb in
            watch) groups="$groups $a:$b" ;;
            forget) kept=; for g in $groups; do [ "${g%%:*}" = "$a" ] || kept="$kept $g"; done; groups=$kept ;;
            mark) mark=$a ;;
            delete) dirs="$dirs
        $a" ;;
          esac
        done
        for g in $groups; do kill -s "${g#*:}" -- "-${g%%:*}"; done
        for pause in 1 2 3 4 5 6 7 8 9 10 11 12; do
          alive=; for g in $groups; do kill -0 -- "-${g%%:*}" && alive=1; done
          [ -n "$alive" ] || break
          sleep 0.1
        done
        for g in $groups; do kill -s KILL -- "-${g%%:*}"; done
        [ -n "$mark" ] && for f in $(grep -lsF "$mark" /proc/[0-9]*/environ); do p=${f#/proc/}; kill -s KILL "${p%/environ}"; done
        printf '%s\n' "$dirs" | while read -r d; do [ -n "$d" ] && rm -rf -- "$d"; done
        """;

    /// <summary>
    /// Every child carries it in its environment. The reaper looks for it at the end (on Linux, in /proc), and so finds a
    /// child that was started in the very moment in which we were killed.
    /// </summary>
    public const string MarkVariable = "LOCALHOSTING_RUN";

    public static readonly string Mark = $"{MarkVariable}-{Guid.CreateVersion7():n}";

    private static readonly Lazy<Reaper> Instance = new(() => new Reaper());
    private readonly Process _shell;
    private readonly Lock _gate = new();

    private Reaper()
    {
        var start = new ProcessStartInfo
        {
            FileName = SessionPrefix.Command, UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/",
        };
        string[] arguments = [.. SessionPrefix.Arguments, "sh", "-c", Script];
        Array.ForEach(arguments, start.ArgumentList.Add);
        _shell = Process.Start(start) ?? throw new InvalidOperationException("The shell that ends child processes did not start.");
        _shell.StandardInput.AutoFlush = true;
        Tell($"mark {Mark}");
    }

    public static Reaper Shared => Instance.Value;

    /// <summary>Ends this group when our process ends.</summary>
    /// <param name="group">The group's id, which is its first process's id.</param>
    /// <param name="signal">How to ask first, for example <c>TERM</c>; 1.2 s later it is killed.</param>
    public void Watch(int group, string signal) => Tell($"watch {Text(group)} {signal}");

    public void Forget(int group) => Tell($"forget {Text(group)}");

    /// <summary>Deletes a temporary directory when our process ends. The path must not contain blanks.</summary>
    public void Delete(string directory) => Tell($"delete {directory}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Tell(string line)
    {
        lock (_gate)
        {
            _shell.StandardInput.Write(line + "\n");
        }
    }
}

/// <summary>How a child gets a session of its own, so that Ctrl+C in the terminal reaches AppHost alone.</summary>
internal static class SessionPrefix
{
    public static string Command => OperatingSystem.IsLinux() ? "setsid" : "perl";

    public static string[] Arguments => OperatingSystem.IsLinux() ? [] : ["-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or die $!"];
}
