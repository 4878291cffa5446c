using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Provisioning;
using Aspire.Hosting.Servers;

namespace Aspire.Hosting.Running;

/// <summary>A resource's process and those that it needs beside it.</summary>
internal sealed class StartedProcess(ChildProcess main, IReadOnlyList<ChildProcess> companions, ServerLog? log) : IAsyncDisposable
{
    public ChildProcess Main { get; } = main;

    public IReadOnlyList<PortProxy> Proxies { get; init; } = [];

    /// <summary>A server's last lines; null for others, whose lines were all shown.</summary>
    public string? LastLines => log?.Tail();

    public Task StopAsync() => Main.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await Main.StopAsync();
        foreach (var proxy in Proxies)
        {
            await proxy.DisposeAsync();
        }

        foreach (var companion in companions)
        {
            await companion.StopAsync();
            companion.Dispose();
        }

        Main.Dispose();
        log?.Dispose();
    }
}

/// <summary>Turns a resource into a running process.</summary>
internal sealed class ProcessLauncher(
    ServerPrograms programs,
    DataDirectory data,
    PortAllocator ports,
    DistributedApplicationExecutionContext execution,
    ResourceLoggerService loggers)
{
    public async Task<StartedProcess> LaunchAsync(IResource resource, CancellationToken cancellationToken)
    {
        var variables = await EnvironmentEvaluator.VariablesAsync(
            resource, execution, loggers.GetLogger(resource), cancellationToken);
        var arguments = await EnvironmentEvaluator.ArgumentsAsync(resource, cancellationToken);
        if (resource.TryGetLastAnnotation<ServerKind>(out var kind))
        {
            return await LaunchServerAsync(resource, kind, variables, arguments, cancellationToken);
        }

        var start = resource is ExecutableResource executable
            ? ExecutableStart(executable, variables, arguments)
            : await ProjectStart.CreateAsync((ProjectResource)resource, variables, arguments, cancellationToken);
        var proxies = resource.Annotations.OfType<EndpointAnnotation>().Where(EndpointAllocator.NeedsProxy)
            .Select(e => PortProxy.Start(e.AllocatedEndpoint!.Port, e.TargetPort!.Value)).ToList();
        var process = ChildProcess.Start(start, (line, isError) => loggers.Write(resource.Name, line, isError));
        return new StartedProcess(process, [], log: null) { Proxies = proxies };
    }

    private static ChildStart ExecutableStart(
        ExecutableResource executable, Dictionary<string, string> variables, IReadOnlyList<string> arguments)
    {
        var environment = ProcessEnvironment.Current();
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return new ChildStart(executable.Command, arguments, executable.WorkingDirectory) { Environment = environment };
    }

    private async Task<StartedProcess> LaunchServerAsync(
        IResource resource,
        ServerKind kind,
        Dictionary<string, string> variables,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        var installation = await programs.FindAsync(
            kind.Software, resource.Name, text => loggers.Write(resource.Name, text, isError: false), cancellationToken);
        var log = new ServerLog(data.LogFile(resource.Name), resource.Name, kind, loggers);
        var companions = new List<ChildProcess>();
        var context = new ServerContext(resource.Name, installation, data, ports)
        {
            Port = resource.Annotations.OfType<EndpointAnnotation>().First(e => e.Name == "tcp").AllocatedEndpoint!.Port,
            Arguments = arguments,
            Environment = variables,
            StartCompanion = start => companions.Add(ChildProcess.Start(start, log.Write)),
        };
        try
        {
            var start = await kind.PrepareAsync(context, cancellationToken);
            return new StartedProcess(ChildProcess.Start(start, log.Write), companions, log);
        }
        catch
        {
            await Task.WhenAll(companions.Select(c => c.StopAsync()));
            log.Dispose();
            throw;
        }
    }
}

/// <summary>A server's lines go to its file; only what is worth a look is passed on.</summary>
internal sealed class ServerLog(string path, string resourceName, ServerKind kind, ResourceLoggerService loggers) : IDisposable
{
    private readonly Lock _gate = new();
    private const int KeptLines = 15;
    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };
    private readonly Queue<string> _last = [];
    private bool _closed;

    public void Write(string line, bool isError)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _file.WriteLine(line);
            }

            _last.Enqueue(line);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }
        }

        if (kind.IsNoteworthy(line))
        {
            loggers.Write(resourceName, line, isError: true);
        }
    }

    /// <summary>The end of the log, for a message about a server that ended.</summary>
    public string Tail()
    {
        lock (_gate)
        {
            return string.Join('\n', [.. _last, $"(the whole log is in {path})"]);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _file.Dispose();
        }
    }
}
