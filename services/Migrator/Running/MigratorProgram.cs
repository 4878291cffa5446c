using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Sources;
using Microsoft.Extensions.Options;

namespace Freshet.Migrator.Running;

/// <summary>The program from command line to exit code.</summary>
public sealed partial class MigratorProgram(TextWriter output, TextWriter error)
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongCommandLine = 2;

    public Task<int> RunAsync(string[] arguments, CancellationToken cancellation) => MigratorCommand.Parse(arguments) switch
    {
        MigratorCommand.Help => SayAsync(output, MigratorCommand.HelpText, Done),
        MigratorCommand.Mistake mistake => SayAsync(error, mistake.Message, WrongCommandLine),
        MigratorCommand.CheckWorkspace check => CheckWorkspaceAsync(check.Path, arguments),
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

    // The host is there for telemetry, configuration and signals; the work itself is not a background service, so that its
    // end is the program's end and its failure the exit code.
    private async Task<int> InHostAsync(string[] arguments, Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellation)
    {
        var builder = Host.CreateApplicationBuilder(arguments);
        builder.AddServiceDefaults();
        builder.AddMigrator(output);
        using var host = builder.Build();
        var log = host.Services.GetRequiredService<ILogger<MigratorProgram>>();
        try
        {
            await host.StartAsync(cancellation);
            var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            var code = await work(host.Services, stopping);
            Log.Finished(log, code);
            await host.StopAsync(CancellationToken.None);
            return code;
        }
        catch (OptionsValidationException e)
        {
            return await SayAsync(error, string.Join('\n', e.Failures), Failed);
        }
        catch (MigrationException e)
        {
            Log.Failed(log, e);
            return await SayAsync(error, e.Message, Failed);
        }
    }

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
