using Freshet.Migrator.Trying;
using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Freshet.Migrator.Running;

/// <summary>The program from command line to exit code.</summary>
public sealed partial class MigratorProgram(TextWriter output, TextWriter error)
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongCommandLine = 2;
    private const int TriedEvents = 20;

    // Words are for the command alone: a path that begins with a slash would be read as a key of the configuration, and what follows as its value.
    public Task<int> RunAsync(string[] arguments, CancellationToken cancellation) =>
        RunAsync(MigratorCommand.Parse(arguments), [.. arguments.Where(argument => argument.StartsWith('-'))], cancellation);

    private Task<int> RunAsync(MigratorCommand command, string[] arguments, CancellationToken cancellation) => command switch
    {
        MigratorCommand.Help => SayAsync(output, MigratorCommand.HelpText, Done),
        MigratorCommand.Mistake mistake => SayAsync(error, mistake.Message, WrongCommandLine),
        MigratorCommand.CheckWorkspace check => CheckWorkspaceAsync(check.Path, arguments),
        MigratorCommand.TryMapping { IsFile: true } trial => TryOnFileAsync(trial, arguments),
        MigratorCommand.TryMapping trial => InHostAsync(arguments, (services, ct) => TryOnSourceAsync(trial, services, ct), cancellation),
        MigratorCommand.RotateKeys => InHostAsync(arguments, RotateKeysAsync, cancellation),
        _ => InHostAsync(arguments, MigrateAsync, cancellation),
    };

    private async Task<int> CheckWorkspaceAsync(string path, string[] arguments)
    {
        var configuration = Host.CreateApplicationBuilder(arguments).Configuration;
        var reading = WorkspaceReader.ReadFiles(path, name => SecretParameters.Read(configuration, name), out var notChecked);
        if (reading.Definition is not { } workspace)
        {
            return await SayAsync(error, ErrorList(reading), Failed);
        }

        if (notChecked.Count > 0)
        {
            await output.WriteLineAsync($"not checked, since they are not set here: parameters {string.Join(", ", notChecked)}");
        }

        return await SayAsync(output, $"workspace is valid: {workspace.Traits.Count} traits, {workspace.Sources.Count} sources", Done);
    }

    private async Task<int> MigrateAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var reading = WorkspaceReader.Read(
            services.GetRequiredService<IOptions<MigratorOptions>>().Value.Workspace, name => SecretParameters.Read(configuration, name));
        if (reading.Definition is not { } workspace)
        {
            return await SayAsync(error, ErrorList(reading), Failed);
        }

        await services.GetRequiredService<Migration>().RunAsync(workspace, cancellation);
        return Done;
    }

    // The dictionary is that of the workspace files.
    private async Task<int> TryOnFileAsync(MigratorCommand.TryMapping trial, string[] arguments)
    {
        var configuration = Host.CreateApplicationBuilder(arguments).Configuration;
        var reading = WorkspaceReader.ReadFiles(configuration["Workspace:Path"] ?? "", name => SecretParameters.Read(configuration, name), out _);
        if (reading.Definition is not { } workspace)
        {
            return await SayAsync(error, ErrorList(reading), Failed);
        }

        try
        {
            var (candidate, traits) = (MappingTrials.Candidate(trial.Mapping), new TraitDictionary(0, workspace.Traits));
            var events = MappingTrials.EventsOf(trial.Events, TimeProvider.System.GetUtcNow());
            await MappingTrials.PrintAsync([.. events.Select(raw => MappingTrial.Run(raw, MappingTrials.Sample, traits, workspace.Enrichments, candidate))], hasBefore: false, output);
            return Done;
        }
        catch (MigrationException failure)
        {
            return await SayAsync(error, failure.Message, Failed);
        }
    }

    private async Task<int> TryOnSourceAsync(MigratorCommand.TryMapping trial, IServiceProvider services, CancellationToken cancellation)
    {
        var candidate = MappingTrials.Candidate(trial.Mapping);
        await services.GetRequiredService<Servers>().PostgreSqlAsync(cancellation);
        var feed = services.GetRequiredService<WorkspaceFeed>();
        await feed.RefreshAsync(cancellation);
        if (!feed.Current.Sources.TryGetValue(trial.Events, out var source))
        {
            throw new MigrationException($"there is no source '{trial.Events}'; {Suggestion.For(trial.Events, feed.Current.Sources.Keys)}");
        }

        var events = await services.GetRequiredService<RecordedEvents>().ListAsync(source.Id, TriedEvents, cancellation);
        await MappingTrials.PrintAsync([.. events.Select(raw => MappingTrial.Run(raw, source, feed.Current.Traits, feed.Current.Enrichments, candidate))], hasBefore: true, output);
        return Done;
    }

    private static async Task<int> RotateKeysAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<Servers>().PostgreSqlAsync(cancellation);
        var keys = services.GetRequiredService<DataKeys>();
        await services.GetRequiredService<Report>().StepAsync("keys", () => keys.RewrapAsync(cancellation));
        return Done;
    }

    // The host is there for telemetry, configuration and signals; the work itself is not a background service, so that its
    // end is the program's end and its failure the exit code.
    private async Task<int> InHostAsync(string[] arguments, Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellation)
    {
        var builder = Host.CreateApplicationBuilder(arguments);
        builder.AddServiceDefaults();
        builder.AddMigrator(output);
        using var host = builder.Build();
        var log = host.Services.GetRequiredService<ILogger<MigratorProgram>>();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            await host.StartAsync(stopping.Token);
            var code = await work(host.Services, stopping.Token);
            Log.Finished(log, code);
            await host.StopAsync(CancellationToken.None);
            return code;
        }
        catch (Exception e) when (Explain(e, stopping.Token) is { } reason)
        {
            Log.Failed(log, e);
            return await SayAsync(error, reason, Failed);
        }
    }

    // Null for a defect: that ends the process with its stack.
    private static string? Explain(Exception failure, CancellationToken stopping) => failure switch
    {
        MigrationException => failure.Message,
        OptionsValidationException e => string.Join('\n', e.Failures),
        AggregateException e when e.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            string.Join('\n', e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)),
        OperationCanceledException when stopping.IsCancellationRequested => "stopped before it was done; start it again",
        NpgsqlException or StoreUnavailableException => $"PostgreSQL failed: {failure.GetBaseException().Message}. Every finished step is kept; start it again.",
        _ => null,
    };

    private static string ErrorList(WorkspaceReading reading) =>
        string.Join('\n', reading.Errors.Append<object>($"{reading.Errors.Count} error(s) in the workspace; nothing was changed"));

    private static async Task<int> SayAsync(TextWriter to, string text, int code)
    {
        await to.WriteLineAsync(text);
        return code;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Migration ended with {ExitCode}", EventName = "migration.finished")]
        public static partial void Finished(ILogger logger, int exitCode);

        [LoggerMessage(2, LogLevel.Error, "Migration failed", EventName = "migration.failed")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
