using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.Provisioning;

/// <summary>A package file that apt would fetch.</summary>
internal sealed record PackageFile(string Package, string FileName, long Bytes);

/// <summary>
/// The distribution's own package tools with private lists, state and cache: they verify signatures and checksums, and
/// neither need root nor change the machine. The private state says "nothing is installed", so that a closure is complete.
/// </summary>
internal sealed partial class Apt(string directory)
{
    private static readonly TimeSpan ListsStayFresh = TimeSpan.FromHours(12);

    private string Lists => Path.Combine(directory, "lists");

    private string Archives => Path.Combine(directory, "archives");

    public async Task UpdateAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(Lists, "partial"));
        Directory.CreateDirectory(Path.Combine(Archives, "partial"));
        var status = Path.Combine(directory, "status");
        await File.WriteAllTextAsync(status, "", cancellationToken);
        var stamp = new FileInfo(Path.Combine(directory, "updated"));
        if (stamp.Exists && TimeProvider.System.GetUtcNow() - new DateTimeOffset(stamp.LastWriteTimeUtc) < ListsStayFresh)
        {
            return;
        }

        progress("fetching the distribution's package lists");
        await RunAsync("apt-get", ["-o", "Acquire::Languages=none", "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false", "update"], cancellationToken);
        await File.WriteAllTextAsync(stamp.FullName, "", cancellationToken);
    }

    /// <summary>Everything that a bare system would fetch for these packages.</summary>
    public async Task<IReadOnlyList<PackageFile>> ClosureAsync(IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        var output = await RunAsync(
            "apt-get", ["--print-uris", "--no-install-recommends", "--yes", "install", .. packages], cancellationToken);
        return [.. UriLine().Matches(output).Select(m => new PackageFile(
            m.Groups["package"].Value, m.Groups["file"].Value, long.Parse(m.Groups["bytes"].Value, CultureInfo.InvariantCulture)))];
    }

    /// <summary>Fetches package files into a directory, verified by apt.</summary>
    public Task DownloadAsync(IEnumerable<string> packages, string target, CancellationToken cancellationToken) =>
        RunAsync("apt-get", ["download", .. packages], cancellationToken, target);

    public Task UnpackAsync(string packageFile, string target, CancellationToken cancellationToken) =>
        RunAsync("dpkg-deb", ["-x", packageFile, target], cancellationToken);

    [GeneratedRegex("""^'[^']+' (?<file>(?<package>[^_ ]+)_\S+\.deb) (?<bytes>\d+)""", RegexOptions.Multiline)]
    private static partial Regex UriLine();

    private Task<string> RunAsync(
        string program, string[] arguments, CancellationToken cancellationToken, string? workingDirectory = null)
    {
        string[] options = program == "apt-get" ?
        [
            "-o", $"Dir::State={directory}", "-o", $"Dir::State::lists={Lists}",
            "-o", $"Dir::State::status={Path.Combine(directory, "status")}",
            "-o", $"Dir::Cache={directory}", "-o", $"Dir::Cache::archives={Archives}",
            "-o", $"Dir::Cache::pkgcache={Path.Combine(directory, "pkgcache.bin")}",
            "-o", $"Dir::Cache::srcpkgcache={Path.Combine(directory, "srcpkgcache.bin")}",
            "-o", "Debug::NoLocking=true",
            // Only root would change user for the fetch, and that user cannot enter a private directory.
            .. Unix.IsRoot ? ["-o", "APT::Sandbox::User=root"] : Array.Empty<string>(),
        ] : [];
        var start = new ChildStart(program, [.. options, .. arguments], workingDirectory ?? directory)
        {
            Environment = Inherited(),
        };
        return ChildProcess.RunAsync(start, cancellationToken);
    }

    private static Dictionary<string, string> Inherited()
    {
        var result = ProcessEnvironment.Current();
        result["LC_ALL"] = "C.UTF-8";
        result["DEBIAN_FRONTEND"] = "noninteractive";
        return result;
    }
}
