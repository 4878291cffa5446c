using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Provisioning;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.Servers;

/// <summary>How one kind of server is prepared and started. Attached to its resource by AddPostgres, AddRedis, AddRabbitMQ.</summary>
internal abstract class ServerKind : IResourceAnnotation
{
    /// <summary>
    /// Servers end after what uses them, so their time comes on top of the projects'. What needs longer is killed, and
    /// recovers at its next start as from any crash.
    /// </summary>
    protected static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    public abstract ServerSoftware Software { get; }

    /// <summary>Writes configuration, creates what a first start needs, and says what to start.</summary>
    public abstract Task<ChildStart> PrepareAsync(ServerContext context, CancellationToken cancellationToken);

    /// <summary>Is this line of the server's log worth showing on the console?</summary>
    public abstract bool IsNoteworthy(string line);

    /// <summary>Takes address and credentials from a connection string that was given from outside.</summary>
    public abstract GivenServer Parse(string connectionString);
}

/// <summary>What a server kind works with while it prepares a start.</summary>
internal sealed record ServerContext(
    string ResourceName, ServerInstallation Installation, DataDirectory Data, PortAllocator Ports)
{
    public required int Port { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Variables given with WithEnvironment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Starts a process that the server needs beside it; it is stopped after the server.</summary>
    public required Action<ChildStart> StartCompanion { get; init; }

    public string Home => Data.Of(ResourceName);

    public Dictionary<string, string> FullEnvironment()
    {
        var result = Installation.EnvironmentFor(Home);
        foreach (var (name, value) in Environment)
        {
            result[name] = value;
        }

        return result;
    }
}

/// <summary>What a connection string says about a server that runs elsewhere.</summary>
internal sealed record GivenServer(string Host, int Port, string? UserName, string? Password);

/// <summary>The connection string that was given from outside: this server is not started.</summary>
internal sealed class ExternalConnectionAnnotation(string connectionString, GivenServer server) : IResourceAnnotation
{
    public string ConnectionString { get; } = connectionString;

    public GivenServer Server { get; } = server;

    public static ExternalConnectionAnnotation? Of(IResource resource) =>
        resource.Annotations.OfType<ExternalConnectionAnnotation>().LastOrDefault();
}
