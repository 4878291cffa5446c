using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>Configuration section <c>Hosting</c> (environment <c>Hosting__X</c>): how LocalHosting runs things.</summary>
internal sealed record HostingOptions
{
    /// <summary>Where servers keep their data. <value>The user's local application data, one directory per AppHost.</value></summary>
    public required string DataPath { get; init; }

    /// <summary>Where fetched packages are unpacked. <value>The user's cache directory.</value></summary>
    public required string CachePath { get; init; }

    /// <summary>The file that keeps made-up parameters; null when they are not kept.</summary>
    public string? SecretsPath { get; init; }

    /// <summary>Gives every endpoint a free port, whatever it asks for. <value>false</value></summary>
    public bool RandomizePorts { get; init; }

    /// <summary>Deletes the data before the start (argument <c>--reset</c>). <value>false</value></summary>
    public bool Reset { get; init; }

    /// <summary>Uses the data directory for this run only and deletes it at the end. <value>false; true in tests</value></summary>
    public bool Temporary { get; init; }

    /// <summary>Uses servers that are installed on the machine. <value>true</value></summary>
    public bool UseInstalled { get; init; } = true;

    /// <summary>The name in "{Product} is ready".</summary>
    public required string Product { get; init; }

    public static HostingOptions Read(
        IConfiguration configuration, Assembly? appHost, string appHostDirectory, DistributedApplicationOptions options)
    {
        var section = configuration.GetSection("Hosting");
        var temporary = IsTemporary(configuration);
        var product = options.DashboardApplicationName
            ?? appHost?.GetCustomAttribute<AssemblyProductAttribute>()?.Product ?? "Application";
        return new HostingOptions
        {
            Product = product,
            DataPath = temporary && section["Data"] is null or ""
                ? Path.Combine(Path.GetTempPath(), $"localhosting-{Guid.CreateVersion7():n}")
                : KeptDataPath(configuration, appHost, appHostDirectory),
            CachePath = section["Cache"] is { Length: > 0 } cache ? Path.GetFullPath(cache) : DefaultCacheRoot(),
            RandomizePorts = section.GetValue("RandomizePorts", defaultValue: false),
            Reset = section.GetValue("Reset", defaultValue: false),
            UseInstalled = section.GetValue("UseInstalled", defaultValue: true),
            Temporary = temporary,
            SecretsPath = PathOfSecrets(configuration, appHost, appHostDirectory),
        };
    }

    /// <summary>
    /// Which file keeps made-up parameters: the AppHost's user secrets; beside the data when it has none; none when the run
    /// is temporary.
    /// </summary>
    public static string? PathOfSecrets(IConfiguration configuration, Assembly? appHost, string appHostDirectory) =>
        IsTemporary(configuration) ? null
        : UserSecretsFile.PathOf(appHost) ?? Path.Combine(KeptDataPath(configuration, appHost, appHostDirectory), "parameters.json");

    private static bool IsTemporary(IConfiguration configuration) => configuration.GetValue("Hosting:Temporary", defaultValue: false);

    private static string KeptDataPath(IConfiguration configuration, Assembly? appHost, string appHostDirectory) =>
        configuration["Hosting:Data"] is { Length: > 0 } data
            ? Path.GetFullPath(data)
            : Path.Combine(
                DefaultDataRoot(), $"{(appHost?.GetName().Name ?? "apphost").ToLowerInvariant()}-{ShortHash(appHostDirectory)}");

    // Root's servers run as another user, which cannot look into /root.
    private static string DefaultDataRoot() => Unix.IsRoot
        ? "/var/lib/localhosting"
        : Path.Combine(UserFolder(Environment.SpecialFolder.LocalApplicationData, "share"), "localhosting");

    private static string DefaultCacheRoot()
    {
        if (Unix.IsRoot)
        {
            return "/var/cache/localhosting";
        }

        var root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Directory.Exists(home)
                ? Path.Combine(home, ".cache")
                : $"/var/tmp/localhosting-{Unix.UserId}";
        return Path.Combine(root, "localhosting");
    }

    private static string UserFolder(Environment.SpecialFolder folder, string fallback) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } path ? path : $"/var/tmp/localhosting-{Unix.UserId}/{fallback}";

    private static string ShortHash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];
}
