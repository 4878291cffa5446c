using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>Which file keeps generated values: the AppHost's user secrets, or none when the run is temporary.</summary>
internal static class SecretsStore
{
    public static string? PathFor(IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue("Hosting:Temporary", defaultValue: false)
            ? null
            : UserSecretsFile.PathOf(builder.AppHostAssembly);
}
