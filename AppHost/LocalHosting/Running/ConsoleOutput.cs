using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>The console: every resource's lines behind its colored name, the table of addresses, and "{Product} is ready".</summary>
internal sealed class ConsoleOutput(
    HostingOptions options,
    DistributedApplicationOptions applicationOptions,
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext execution,
    ResourceLoggerService loggers,
    ResourceNotificationService notifications) : IHostedService, IDisposable
{
    private static readonly int[] Colors = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly bool _colored = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    private Task _watch = Task.CompletedTask;

    private bool IsQuiet => applicationOptions.DisableDashboard && !applicationOptions.EnableResourceLogging;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsQuiet)
        {
            loggers.LineWritten += WriteResourceLine;
            Write("Distributed application starting.");
            _watch = WatchAsync(_stop.Token);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!IsQuiet)
        {
            loggers.LineWritten -= WriteResourceLine;
            Write("Everything is stopped.");
        }
    }

    public void Dispose() => _stop.Dispose();

    public void Write(string line)
    {
        lock (_gate)
        {
            Console.Out.WriteLine(line);
        }
    }

    private void WriteResourceLine(string name, LogLine line) => Write($"{Label(name)} {line.Content}");

    private string Label(string name)
    {
        var width = model.Resources.Where(r => r is not ParameterResource).Select(r => r.Name.Length).DefaultIfEmpty(0).Max();
        var label = name.PadRight(width) + " |";
        var index = model.Resources.ToList().FindIndex(r => r.Name == name);
        return _colored && index >= 0 ? $"\e[{Colors[index % Colors.Length]}m{label}\e[0m" : label;
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var ready = false;
        await foreach (var update in notifications.WatchAsync(cancellationToken))
        {
            var shown = Describe(update.Resource, update.Snapshot);
            if (shown is not null && states.GetValueOrDefault(update.Resource.Name) != shown)
            {
                states[update.Resource.Name] = shown;
                Write($"{Label(update.Resource.Name)} {shown}");
            }

            if (!ready && Readiness.IsReady(model, notifications))
            {
                ready = true;
                (await UrlTable.LinesAsync(model, execution, options, cancellationToken)).ForEach(Write);
                Write($"{options.Product} is ready");
            }
        }
    }

    /// <summary>One phrase for a state; null for what is not worth a line.</summary>
    private static string? Describe(IResource resource, CustomResourceSnapshot snapshot) => snapshot switch
    {
        { State: null } => null,
        { State.Text: "FailedToStart" } => "cannot start: " + snapshot.FailureReason(),
        { State.Text: "Value missing" } => "value missing",
        _ when resource is ParameterResource => null,
        { State.Text: "Waiting" } => WaitsFor(resource),
        { State.Text: "Running", HealthStatus: HealthStatus.Healthy } =>
            resource.HasAnnotationOfType<HealthCheckAnnotation>() ? "healthy" : "running",
        { State.Text: "Running", ResourceReadyEvent: not null } => "not healthy: " + string.Join(
            ", ", snapshot.HealthReports.Where(r => r.Status != HealthStatus.Healthy)
                .Select(r => r.ExceptionText ?? r.Description ?? r.Name)),
        { State.Text: "Finished" or "Exited", ExitCode: { } code } => $"ended with exit code {code}",
        { State.Text: "Starting" } => "starting",
        _ => null,
    };

    private static string? WaitsFor(IResource resource)
    {
        var names = resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name).Distinct().ToList();
        return names.Count == 0 ? null : "waits for " + string.Join(", ", names);
    }
}

/// <summary>Writes the host's own log records (warnings and worse) through the same console.</summary>
internal sealed class ConsoleOutputLoggerProvider(IServiceProvider services) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(services, categoryName);

    public void Dispose()
    {
        // Holds nothing.
    }

    private sealed class Logger(IServiceProvider services, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error
            // What is not healthy is shown as the resource's state.
            && !category.StartsWith("Microsoft.Extensions.Diagnostics.HealthChecks", StringComparison.Ordinal);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && services.GetService(typeof(ConsoleOutput)) is ConsoleOutput console)
            {
                console.Write($"{logLevel.ToString().ToLowerInvariant()}: {formatter(state, exception)}");
                if (exception is not null)
                {
                    console.Write(exception.ToString());
                }
            }
        }
    }
}
