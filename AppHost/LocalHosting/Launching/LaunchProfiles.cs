using System.Text.Json;

namespace Aspire.Hosting.Launching;

/// <summary>A launch profile by its name.</summary>
internal sealed record NamedLaunchProfile(string Name, LaunchProfile Profile);

/// <summary>Reads Properties/launchSettings.json of a service and picks the profile to start it with.</summary>
internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    public static NamedLaunchProfile? Select(IDistributedApplicationBuilder builder, IProjectMetadata project, string? wished)
    {
        if ((project.LaunchSettings ?? Read(project.ProjectPath))?.Profiles is not { Count: > 0 } profiles)
        {
            return wished is null ? null : throw Missing(project, wished);
        }

        if (wished is not null)
        {
            return profiles.TryGetValue(wished, out var named) ? new(wished, named) : throw Missing(project, wished);
        }

        var habit = builder.Configuration["AppHost:DefaultLaunchProfileName"] ?? builder.Configuration["DOTNET_LAUNCH_PROFILE"];
        if (habit is not null && profiles.TryGetValue(habit, out var same))
        {
            return new(habit, same);
        }

        var first = profiles.FirstOrDefault(p => string.Equals(p.Value.CommandName, "Project", StringComparison.OrdinalIgnoreCase));
        return first.Value is null ? null : new(first.Key, first.Value);
    }

    public static LaunchSettings? Read(string projectPath)
    {
        var path = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(path), Lenient);
        }
        catch (JsonException fault)
        {
            throw new DistributedApplicationException($"Cannot read launch settings '{path}': {fault.Message}", fault);
        }
    }

    private static DistributedApplicationException Missing(IProjectMetadata project, string name) =>
        new($"Launch settings of '{project.ProjectPath}' have no profile '{name}'.");
}
