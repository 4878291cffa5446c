using System.Globalization;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks.Running;

/// <summary>
/// Where a <see cref="Lab"/> keeps its data. Many profiles are loaded once and kept for the next run; few are not worth keeping.
/// </summary>
/// <param name="profiles">How many profiles the data holds.</param>
internal sealed class LabData(int profiles)
{
    private const int WorthKeeping = 100_000;

    // Fixed, because kept data is sealed under them. They protect invented customers.
    public static readonly string[] Secrets =
    [
        $"--Parameters:key-encryption-key={Lab.KeyEncryptionKey}", $"--Parameters:identity-index-key={Lab.IdentityIndexKey}",
        "--Parameters:api-key=" + Installation.ApiKey, "--Parameters:demo-write-key=" + Installation.WriteKey,
        "--Parameters:postgres-password=benchmark", "--Parameters:redis-password=benchmark", "--Parameters:rabbitmq-password=benchmark",
    ];

    public int Profiles { get; } = profiles;

    /// <summary>Not below /tmp, which is often memory, and reachable by the user that the servers run as.</summary>
    public static string Root => "/var/tmp/freshet-benchmarks";

    public bool IsKept => Profiles >= WorthKeeping;

    /// <summary>Whether an earlier run left them complete.</summary>
    public bool IsLoaded => IsKept && File.Exists(Mark);

    /// <summary>AppHost's arguments. Data that was kept but is not complete is deleted.</summary>
    public IReadOnlyList<string> Arguments => IsKept
        ? [.. Secrets, "--Hosting:Temporary=false", $"--Hosting:Data={Folder}", $"--Hosting:Reset={(IsLoaded ? "false" : "true")}"]
        : Secrets;

    private string Folder => Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"{Profiles}-profiles"));

    private string Mark => Path.Combine(Folder, "complete");

    /// <summary>From now on the data is in use: should this run be killed, the next one loads it again.</summary>
    public void Open() => Forget();

    /// <summary>All servers have ended well and the data can be used again.</summary>
    public void Close()
    {
        if (IsKept)
        {
            File.WriteAllText(Mark, "");
        }
    }

    /// <summary>Makes the next run load it anew.</summary>
    public void Forget()
    {
        if (IsKept && Directory.Exists(Folder))
        {
            File.Delete(Mark);
        }
    }
}
