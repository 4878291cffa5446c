using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>The console: every resource's lines behind its colored name, the table of addresses, and "{Product} is ready".</summary>
internal sealed class ConsoleOutput(
    HostingOptions options,
    DistributedApplicationOptions applicationOptions,
    DistributedApplicationModel model,
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
            var state = update.Snapshot.State?.Text ?? "";
            var shown = Describe(update.Snapshot);
            if (update.Resource is not ParameterResource && state.Length > 0
                && states.GetValueOrDefault(update.Resource.Name) != shown)
            {
                states[update.Resource.Name] = shown;
                Write($"{Label(update.Resource.Name)} {shown}");
            }

            if (!ready && Readiness.IsReady(model, notifications))
            {
                ready = true;
                UrlTable.Lines(model, options).ForEach(Write);
                Write($"{options.Product} is ready");
            }
        }
    }

    private static string Describe(CustomResourceSnapshot snapshot) => snapshot switch
    {
        { State.Text: "Running", HealthStatus: Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy } => "healthy",
        { State.Text: "Running", ResourceReadyEvent: not null } => "not healthy: " + string.Join(
            ", ", snapshot.HealthReports.Where(r => r.Status is not Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy)
                .Select(r => r.ExceptionText ?? r.Description ?? r.Name)),
        { State.Text: "Running" } => "running",
        { State.Text: "Finished" or "Exited", ExitCode: { } code } => $"ended with exit code {code}",
        { State.Text: "FailedToStart" } => "cannot start: " + snapshot.FailureReason(),
        _ => snapshot.State!.Text.ToLowerInvariant(),
    };
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
