using System.Globalization;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.Provisioning;

/// <summary>Looks for servers that are installed on the machine and makes sure that they run at all.</summary>
internal static class InstalledServers
{
    public static async Task<ServerInstallation?> FindAsync(
        ServerSoftware software, Action<string> progress, CancellationToken cancellationToken)
    {
        foreach (var candidate in Candidates(software))
        {
            if (await FaultOf(software, candidate, cancellationToken) is not { } fault)
            {
                return candidate;
            }

            progress($"{software.Name} in {candidate.BinDirectories[0]} is not usable, skipped: {fault}");
        }

        return null;
    }

    private static IEnumerable<ServerInstallation> Candidates(ServerSoftware software) =>
        (software.Package switch
        {
            "postgresql" => Directories("postgres").Concat(NewestFirst("/usr/lib/postgresql", "bin")).Where(d => Has(d, "initdb")),
            "redis-server" => Directories("redis-server"),
            _ => NewestFirst("/usr/lib/rabbitmq/lib", "sbin").Concat(Directories("rabbitmq-server")),
        })
        .Distinct()
        .Select(directory => new ServerInstallation([directory], new Dictionary<string, string>(), "installed"));

    private static async Task<string?> FaultOf(
        ServerSoftware software, ServerInstallation candidate, CancellationToken cancellationToken)
    {
        (string Program, string[] Arguments)[] probes = software.Package switch
        {
            "postgresql" => [("postgres", ["--version"]), ("initdb", ["--version"])],
            "redis-server" => [("redis-server", ["--version"])],
            _ => [("erl", ["-noinput", "-eval", "halt(0)."])],
        };
        foreach (var (program, arguments) in probes)
        {
            var path = candidate.Find(program) ?? Directories(program).Select(d => Path.Combine(d, program)).FirstOrDefault();
            if (path is null)
            {
                return $"'{program}' is missing";
            }

            var probe = new ChildStart(path, arguments, "/")
            {
                Environment = candidate.EnvironmentFor("/"),
                RunAs = UnixUser.ForServers(),
            };
            try
            {
                await ChildProcess.RunAsync(probe, cancellationToken);
            }
            catch (DistributedApplicationException fault)
            {
                return fault.Message.ReplaceLineEndings(" ").Trim();
            }
        }

        return null;
    }

    /// <summary>The real directories of a program in PATH (links followed: its siblings lie beside the target).</summary>
    private static IEnumerable<string> Directories(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin")
        .Select(directory => Path.Combine(directory, program))
        .Where(File.Exists)
        .Select(path => Path.GetDirectoryName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path)!);

    private static IEnumerable<string> NewestFirst(string root, string inner) => !Directory.Exists(root) ? [] :
        Directory.GetDirectories(root).OrderByDescending(Version).Select(d => Path.Combine(d, inner)).Where(Directory.Exists);

    private static double Version(string directory)
    {
        var digits = new string([.. Path.GetFileName(directory).SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        return double.TryParse(digits, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private static bool Has(string directory, string program) => File.Exists(Path.Combine(directory, program));
}
