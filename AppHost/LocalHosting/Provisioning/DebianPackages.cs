using System.Globalization;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.Provisioning;

/// <summary>
/// Fetches a server as the distribution's packages and unpacks them into a private cache directory: no root, nothing is
/// installed. Several processes may ask at once: a lock file lets one work, the others then find it done.
/// </summary>
internal sealed class DebianPackages(string cachePath)
{
    // Every Debian or Ubuntu that can run apt has these and what they depend on.
    private static readonly string[] Present =
        ["apt", "dpkg", "util-linux", "coreutils", "bash", "adduser", "debconf", "login", "mount"];

    // Needed by the packages' maintainer scripts and wrappers, which never run here. LLVM is PostgreSQL's JIT, which is off.
    private static readonly string[] Unneeded =
    [
        "perl", "libperl", "python3", "libpython3", "locales", "libc-bin", "libc-l10n", "openssl", "cron", "logrotate", "ucf",
        "procps", "libproc", "sysvinit-utils", "lsb-base", "init-system-helpers", "libllvm", "libz3", "usrmerge", "netbase",
        "media-types", "readline-common", "sensible-utils", "ssl-cert", "socat", "postgresql-common", "postgresql-client-common",
        "systemd", "libjson-perl", "libfile-find-rule-perl", "libtext-glob-perl", "libnumber-compare-perl", "dbus", "udev",
    ];

    public static bool IsSupported => OperatingSystem.IsLinux() && File.Exists("/usr/bin/apt-get") && File.Exists("/usr/bin/dpkg-deb");

    private string Root { get; } = Path.Combine(cachePath, Distribution());

    public async Task<ServerInstallation> InstallAsync(
        ServerSoftware software, Action<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Root);
        if (UnixUser.ForServers() is { } user)
        {
            Reach.Demand(Root, user);
        }

        var target = Path.Combine(Root, software.Package);
        if (!Directory.Exists(target))
        {
            progress($"{software.Name} is fetched as packages of this distribution, into {Root} (nothing is installed)");
            await using var alone = await LockFile.TakeAsync(Path.Combine(Root, "lock"), TimeSpan.FromMinutes(15), cancellationToken);
            if (!Directory.Exists(target))
            {
                await FetchAsync(software, target, progress, cancellationToken);
            }
        }

        return UnpackedServer.Describe(target);
    }

    private async Task FetchAsync(
        ServerSoftware software, string target, Action<string> progress, CancellationToken cancellationToken)
    {
        var apt = new Apt(Path.Combine(Root, "apt"));
        Directory.CreateDirectory(Path.Combine(Root, "apt"));
        await apt.UpdateAsync(progress, cancellationToken);
        var wanted = await apt.ClosureAsync([software.Package], cancellationToken);
        var present = await PresentAsync(apt, cancellationToken);
        var files = wanted.Where(p => !present.Contains(p.Package) && !IsUnneeded(p.Package)).ToList();

        var draft = $"{target}.new";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        var downloads = Directory.CreateDirectory(Path.Combine(draft, "packages")).FullName;
        var total = files.Sum(f => f.Bytes);
        await WatchAsync(
            apt.DownloadAsync(files.Select(f => f.Package), downloads, cancellationToken),
            () => progress($"fetching {software.Name} ... {Megabytes(SizeOf(downloads))} of {Megabytes(total)} MB"));
        progress($"unpacking {software.Name}");
        foreach (var package in Directory.GetFiles(downloads, "*.deb"))
        {
            await apt.UnpackAsync(package, draft, cancellationToken);
        }

        Directory.Delete(downloads, recursive: true);
        UnpackedServer.Relocate(draft, target);
        Directory.Move(draft, target);
    }

    /// <summary>What every machine has: the same for every server, so it is asked once.</summary>
    private async Task<HashSet<string>> PresentAsync(Apt apt, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Root, "apt", "present");
        if (!File.Exists(path))
        {
            var closure = await apt.ClosureAsync(Present, cancellationToken);
            await File.WriteAllLinesAsync(path, closure.Select(p => p.Package), cancellationToken);
        }

        return [.. await File.ReadAllLinesAsync(path, cancellationToken)];
    }

    private static bool IsUnneeded(string package) =>
        Unneeded.Any(name => package.StartsWith(name, StringComparison.Ordinal));

    private static async Task WatchAsync(Task work, Action report)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(work, tick) == tick)
        {
            report();
            tick = timer.WaitForNextTickAsync().AsTask();
        }

        await work;
        report();
    }

    private static long SizeOf(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    private static string Megabytes(long bytes) => (bytes / 1_000_000).ToString(CultureInfo.InvariantCulture);

    /// <summary>For example <c>debian-12-x64</c>: packages of another release do not fit.</summary>
    private static string Distribution()
    {
        var facts = File.Exists("/etc/os-release")
            ? File.ReadLines("/etc/os-release").Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
                .ToDictionary(p => p[0], p => p[1].Trim('"'))
            : [];
        var architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        return $"{facts.GetValueOrDefault("ID", "linux")}-{facts.GetValueOrDefault("VERSION_ID", "0")}-{architecture}";
    }
}
