using System.Text.RegularExpressions;

namespace Aspire.Hosting.Provisioning;

/// <summary>Makes programs run from the folder that their packages were unpacked into.</summary>
internal static partial class UnpackedServer
{
    /// <summary>Erlang's start scripts have their home written into them.</summary>
    /// <param name="draft">The folder as it is now.</param>
    /// <param name="target">The folder's name when it is complete.</param>
    public static void Relocate(string draft, string target)
    {
        var erlang = Path.Combine(draft, "usr/lib/erlang");
        if (!Directory.Exists(erlang))
        {
            return;
        }

        var scripts = Directory.EnumerateFiles(erlang, "erl", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(erlang, "start", SearchOption.AllDirectories));
        foreach (var script in scripts.Where(s => new FileInfo(s) is { LinkTarget: null, Length: < 64 * 1024 }))
        {
            var text = File.ReadAllText(script);
            File.WriteAllText(script, RootDirectory().Replace(text, $"ROOTDIR=\"{Path.Combine(target, "usr/lib/erlang")}\""));
        }
    }

    public static ServerInstallation Describe(string root)
    {
        string[] programs =
        [
            .. Versions(root, "usr/lib/postgresql", "bin"),
            .. Versions(root, "usr/lib/rabbitmq/lib", "sbin"),
            .. Versions(root, "usr/lib/erlang", "bin").Where(d => Path.GetFileName(Path.GetDirectoryName(d))!.StartsWith("erts", StringComparison.Ordinal)),
            Path.Combine(root, "usr/lib/erlang/bin"),
            Path.Combine(root, "usr/bin"),
        ];
        return new ServerInstallation(
            [.. programs.Where(Directory.Exists).OrderBy(d => d.Contains("/erts-", StringComparison.Ordinal))],
            new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = string.Join(':', Libraries(root)) },
            $"unpacked in {root}");
    }

    private static IEnumerable<string> Libraries(string root) =>
        from lib in new[] { Path.Combine(root, "usr/lib"), Path.Combine(root, "lib") }
        where Directory.Exists(lib)
        from triplet in Directory.GetDirectories(lib, "*-linux-gnu*")
        select triplet;

    private static IEnumerable<string> Versions(string root, string parent, string inner)
    {
        var directory = Path.Combine(root, parent);
        return Directory.Exists(directory) ? Directory.GetDirectories(directory).Select(d => Path.Combine(d, inner)) : [];
    }

    [GeneratedRegex("""(?<=^\s*)ROOTDIR="?/usr/lib/erlang"?$""", RegexOptions.Multiline)]
    private static partial Regex RootDirectory();
}
