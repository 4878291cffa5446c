using Aspire.Hosting.Running;

namespace Aspire.Hosting.Provisioning;

/// <summary>Finds a server's programs: on the machine, else in the distribution's packages, unpacked privately.</summary>
internal sealed class ServerPrograms(HostingOptions options)
{
    /// <exception cref="DistributedApplicationException">Neither works here; the message names the three ways out.</exception>
    public async Task<ServerInstallation> FindAsync(
        ServerSoftware software, string resourceName, Action<string> progress, CancellationToken cancellationToken)
    {
        if (options.UseInstalled && await InstalledServers.FindAsync(software, progress, cancellationToken) is { } installed)
        {
            return installed;
        }

        if (!DebianPackages.IsSupported)
        {
            throw new DistributedApplicationException(WaysOut(software, resourceName));
        }

        return await new DebianPackages(options.CachePath).InstallAsync(software, progress, cancellationToken);
    }

    internal static string WaysOut(ServerSoftware software, string resourceName) =>
        $"""
        {software.Name} is not installed on this machine, and it can be fetched by itself on Debian and Ubuntu only. Three ways out:
          1. Install {software.Name} with your package manager, so that its programs are in PATH.
          2. Use a server that runs elsewhere: ConnectionStrings__{resourceName}="{software.ConnectionStringExample}"
          3. Run AppHost on Debian or Ubuntu (a container or WSL will do); the packages are then fetched without root.
        """;
}
