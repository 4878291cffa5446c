using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Freshet.Benchmarks.Loading;
using Freshet.Benchmarks.Query;
using Freshet.Testing.Drivers;
using StackExchange.Redis;

namespace Freshet.Benchmarks.Running;

/// <summary>
/// A Freshet for one measurement: the whole of it, as AppHost starts it, on random ports, with the limits per sender lifted, because all
/// load comes from one address and two sources.
/// </summary>
internal sealed class Lab : IAsyncDisposable
{
    public const string KeyEncryptionKey = "a-key-encryption-key-of-benchmarks-only-0123";
    public const string IdentityIndexKey = "an-identity-index-key-of-benchmarks-only-012";

    private const string EventsPerSecond = "1000000";
    private const int SaveMilliseconds = 300_000;
    private readonly LabData data;
    private bool isComplete;

    private Lab(DirectoryInfo files, LabData data, Installation installation) => (Files, this.data, Installation) = (files, data, installation);

    public Installation Installation { get; }

    /// <summary>A place for files that live as long as this.</summary>
    public DirectoryInfo Files { get; }

    public Uri Ingress => Installation.App.GetEndpoint("ingress");

    public Uri Gateway => Installation.App.GetEndpoint("gateway");

    /// <summary>An empty one, whose data is deleted at the end.</summary>
    public static Task<Lab> StartAsync(CancellationToken cancellationToken) => StartAsync(new LabData(0), cancellationToken);

    /// <summary>One with so many profiles in PostgreSQL and Redis: kept from an earlier run, or loaded now.</summary>
    public static async Task<Lab> WithProfilesAsync(BenchmarkArguments arguments, int profiles, CancellationToken cancellationToken)
    {
        var kept = new LabData(arguments.Profiles ?? profiles);
        if (arguments.Anew)
        {
            kept.Forget();
        }

        var isLoaded = kept.IsLoaded;
        var lab = await StartAsync(kept, cancellationToken);
        try
        {
            if (!isLoaded)
            {
                await using var services = await LoaderServices.StartAsync(lab, cancellationToken);
                await new ProfileLoader(services).LoadAsync(kept.Profiles, cancellationToken);
            }

            lab.isComplete = true;
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    private static async Task<Lab> StartAsync(LabData kept, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("freshet-benchmark-");
        try
        {
            var trusted = folder.CreateSubdirectory("trusted");
            await File.WriteAllTextAsync(Path.Combine(trusted.FullName, "profile.graphql"), ProfileQuery.Document, cancellationToken);
            var options = new InstallationOptions
            {
                Arguments = [$"--Workspace:Path={await CopyWorkspaceAsync(folder, cancellationToken)}", .. kept.Arguments],
                Configure = builder => Configure(builder, trusted.FullName),
            };
            kept.Open();
            return new Lab(folder, kept, await Installation.StartAsync<Projects.AppHost>(options, cancellationToken));
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public Task<string?> ConnectionStringAsync(string resource, CancellationToken cancellationToken) =>
        Installation.App.GetConnectionStringAsync(resource, cancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        var isKept = isComplete && data.IsKept;
        try
        {
            if (isKept)
            {
                await SaveRedisAsync();
            }
        }
        finally
        {
            await Installation.DisposeAsync();
            Files.Delete(recursive: true);
        }

        if (isKept)
        {
            data.Close();
        }
    }

    /// <summary>Freshet's Redis is in memory only. Here it is written down once, and finds itself again at the next start.</summary>
    private async Task SaveRedisAsync()
    {
        var options = ConfigurationOptions.Parse((await ConnectionStringAsync("redis", CancellationToken.None))!);
        (options.AllowAdmin, options.SyncTimeout, options.AsyncTimeout) = (true, SaveMilliseconds, SaveMilliseconds);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        // What it holds is sealed: trying to compress it takes longer than writing it.
        await redis.GetServers()[0].ConfigSetAsync("rdbcompression", "no");
#pragma warning disable CS0618 // In the foreground, so that it is done when this returns.
        await redis.GetServers()[0].SaveAsync(SaveType.ForegroundSave);
#pragma warning restore CS0618
    }

    private static void Configure(IDistributedApplicationBuilder builder, string trusted)
    {
        Project("ingress").WithEnvironment("Ingress__AddressLimits__RequestsPerSecond", EventsPerSecond);
        Project("gateway").WithEnvironment("Gateway__TrustedDocuments__Path", trusted);

        IResourceBuilder<ProjectResource> Project(string name) =>
            builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == name));
    }

    private static async Task<string> CopyWorkspaceAsync(DirectoryInfo files, CancellationToken cancellationToken)
    {
        var original = Path.Combine(Projects.AppHost.ProjectPath, "workspace");
        var copy = files.CreateSubdirectory("workspace").FullName;
        foreach (var file in Directory.EnumerateFiles(original, "*.yaml", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var lines = await File.ReadAllLinesAsync(file, cancellationToken);
            await File.WriteAllLinesAsync(target, Path.GetFileName(Path.GetDirectoryName(file)) == "sources" ? Lifted(lines) : lines, cancellationToken);
        }

        return copy;
    }

    private static IEnumerable<string> Lifted(IEnumerable<string> lines) =>
        lines.Where(line => !line.StartsWith("eventsPerSecond:", StringComparison.Ordinal))
            .Append(string.Create(CultureInfo.InvariantCulture, $"eventsPerSecond: {EventsPerSecond}"));
}
