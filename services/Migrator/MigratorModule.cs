using Freshet.Migrator.Running;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Freshet.Migrator;

/// <summary>Everything that this host is made of.</summary>
public static class MigratorModule
{
    /// <param name="builder">Already has the service defaults.</param>
    /// <param name="output">Where people read what was done.</param>
    public static IHostApplicationBuilder AddMigrator(this IHostApplicationBuilder builder, TextWriter output)
    {
        builder.Services.AddOptions<MigratorOptions>()
            .BindConfiguration("Migrator")
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.PostgreSql = configuration.GetConnectionString("freshet") ?? "";
                options.RabbitMq = configuration.GetConnectionString("rabbitmq") ?? "";
                options.Workspace = configuration["Workspace:Path"] ?? "";
            })
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<MigratorOptions>, PlainValidation<MigratorOptions>>();
        builder.Services.AddOptions<SealingOptions>().BindConfiguration("Sealing").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SealingOptions>, PlainValidation<SealingOptions>>();
        builder.Services.AddSingleton(services => NpgsqlDataSource.Create(services.GetRequiredService<IOptions<MigratorOptions>>().Value.PostgreSql));
        builder.Services.AddSingleton(services => new Report(output, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<Patience>();
        builder.Services.AddSingleton<Servers>();
        builder.Services.AddSingleton<KeyEncryptionKeys>();
        builder.Services.AddSingleton<KeyRotation>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<RecordedEvents>();
        builder.Services.AddSingleton<WorkspaceFeed>();
        builder.Services.AddSingleton<DataKeys>();
        builder.Services.AddSingleton<Migration>();

        // People read the report and stderr; logs go to the collector, and only those of others to the console when something is wrong.
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Logging.AddFilter<ConsoleLoggerProvider>("Freshet.Migrator", LogLevel.None);
        builder.Logging.AddFilter<ConsoleLoggerProvider>("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        return builder;
    }
}
