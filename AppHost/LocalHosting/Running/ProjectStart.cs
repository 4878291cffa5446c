using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Starts a project from its built output, in its project directory, with the environment that it expects.</summary>
internal static class ProjectStart
{
    // A service gets these from its own launch profile, never from AppHost's.
    private static readonly string[] NotInherited =
    [
        "ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT",
        "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "ASPIRE_ALLOW_UNSECURED_TRANSPORT",
    ];

    public static async Task<ChildStart> CreateAsync(
        ProjectResource resource,
        Dictionary<string, string> variables,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        var metadata = resource.Annotations.OfType<IProjectMetadata>().Last();
        var target = (metadata as IBuiltProject)?.TargetPath ?? await AskBuildAsync(metadata.ProjectPath, cancellationToken);
        if (!File.Exists(target))
        {
            throw new DistributedApplicationException(
                $"Project '{resource.Name}' is not built: {target} does not exist. Build it: dotnet build {metadata.ProjectPath}");
        }

        var environment = ProcessEnvironment.Current();
        Array.ForEach(NotInherited, name => environment.Remove(name));
        environment["DOTNET_ROOT"] = DotnetRoot();
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        var executable = Path.ChangeExtension(target, null);
        var directory = Path.GetDirectoryName(metadata.ProjectPath)!;
        return File.Exists(executable)
            ? new ChildStart(executable, arguments, directory) { Environment = environment }
            : new ChildStart(Path.Combine(DotnetRoot(), "dotnet"), ["exec", target, .. arguments], directory) { Environment = environment };
    }

    /// <summary>A project that was added by its path: MSBuild knows where its output is.</summary>
    private static async Task<string> AskBuildAsync(string projectPath, CancellationToken cancellationToken)
    {
        var output = await ChildProcess.RunAsync(
            new ChildStart(
                Path.Combine(DotnetRoot(), "dotnet"),
                ["msbuild", projectPath, "-getProperty:TargetPath"],
                Path.GetDirectoryName(projectPath)!) { Environment = ProcessEnvironment.Current() },
            cancellationToken);
        return output.Trim();
    }

    /// <summary>From .../shared/Microsoft.NETCore.App/10.0.0/ up to the directory of the dotnet host.</summary>
    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
}
