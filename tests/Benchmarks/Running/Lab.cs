using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks.Running;

/// <summary>
/// A Freshet for one measurement: the whole of it, as AppHost starts it, on random ports, with the limits per sender lifted, because all
/// load comes from one address and two sources.
/// </summary>
internal sealed class Lab : IAsyncDisposable
{
    private const string EventsPerSecond = "1000000";
    private readonly DirectoryInfo files;

    private Lab(DirectoryInfo files, Installation installation) => (this.files, Installation) = (files, installation);

    public Installation Installation { get; }

    public Uri Ingress => Installation.App.GetEndpoint("ingress");

    public Uri Gateway => Installation.App.GetEndpoint("gateway");

    /// <summary>A new one, whose data is deleted at the end.</summary>
    public static Task<Lab> StartAsync(CancellationToken cancellationToken) => StartAsync([], cancellationToken);

    /// <summary>The same with further arguments of AppHost.</summary>
    public static async Task<Lab> StartAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("freshet-benchmark-");
        try
        {
            var trusted = folder.CreateSubdirectory("trusted");
            await File.WriteAllTextAsync(Path.Combine(trusted.FullName, "profile.graphql"), ProfileQuery.Document, cancellationToken);
            var options = new InstallationOptions
            {
                Arguments = [$"--Workspace:Path={await CopyWorkspaceAsync(folder, cancellationToken)}", .. arguments],
                Configure = builder => Configure(builder, trusted.FullName),
            };
            return new Lab(folder, await Installation.StartAsync<Projects.AppHost>(options, cancellationToken));
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
        await Installation.DisposeAsync();
        files.Delete(recursive: true);
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
