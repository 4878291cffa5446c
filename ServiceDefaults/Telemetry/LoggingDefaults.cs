using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Freshet.ServiceDefaults.Telemetry;

internal static class LoggingDefaults
{
    // Our own records at Information are one per unit of work; a framework's are several per request. Configuration still wins.
    private static readonly string[] Quiet = ["Microsoft", "System", "MassTransit", "Polly"];

    public static void AddLoggingDefaults(this IHostApplicationBuilder builder)
    {
        foreach (var category in Quiet)
        {
            builder.Logging.AddFilter(category, LogLevel.Warning);
        }

        // The answer of /health says it; a probe a second must not say it again in the log.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
    }
}
