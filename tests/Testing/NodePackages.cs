using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Freshet.Testing;

/// <summary>Programs for Node with the packages of their lock file, installed once per lock file into the build's own folder.</summary>
public sealed class NodePackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private readonly string _folder;

    private NodePackages(string folder, string? missing) => (_folder, Missing) = (folder, missing);

    /// <summary>Why nothing can be run; null if all is there.</summary>
    public string? Missing { get; }

    /// <summary>Where what is missing is a failure and no reason to skip.</summary>
    public static bool IsBuildServer => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));

    /// <summary>Installs what a folder's lock file names.</summary>
    /// <param name="folder">From the repository's root; holds the programs, <c>package.json</c> and <c>package-lock.json</c>.</param>
    public static async Task<NodePackages> InstallAsync(string folder)
    {
        try
        {
            await ExecuteAsync("node", ["--version"], AppContext.BaseDirectory);
        }
        catch (Win32Exception)
        {
            return new NodePackages("", "Node 20 or later is not on the PATH: the reference clients cannot run. Install Node, or leave these tests to the build server.");
        }

        var root = RepositoryRoot();
        var sources = Path.Combine(root, folder);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(sources, "package-lock.json"))))[..16];
        var installed = Path.Combine(root, "artifacts", "conformance", hash);
        if (!Directory.Exists(installed))
        {
            // Installed beside and moved: two test runs at once never see half a folder.
            var staging = $"{installed}.{Environment.ProcessId}";
            Copy(sources, staging);
            await ExecuteAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], staging);
            if (Directory.Exists(installed))
            {
                Directory.Delete(staging, recursive: true);
            }
            else
            {
                Directory.Move(staging, installed);
            }
        }

        Copy(sources, installed);
        return new NodePackages(installed, null);
    }

    /// <summary>Runs a program and gives what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> RunAsync(string script, params (string Name, string Value)[] environment) => ExecuteAsync("node", [script], _folder, environment);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Aspire.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository: Aspire.sln was not found above them.");
    }

    private static async Task<string> ExecuteAsync(string command, string[] arguments, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var budget = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(budget.Token);
            var errors = process.StandardError.ReadToEndAsync(budget.Token);
            await process.WaitForExitAsync(budget.Token);
            return process.ExitCode == 0
                ? (await output).Trim()
                : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}\n{await output}\n{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
