using Freshet.ServiceDefaults.Health;
using Freshet.ServiceDefaults.Json;
using Freshet.ServiceDefaults.Problems;
using Freshet.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

/// <summary>What is the same in every host and says nothing about the product.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds telemetry (OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set), health checks, service discovery, resilient HTTP clients,
    /// ProblemDetails with codes, JSON settings and the system clock.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddLoggingDefaults();
        builder.AddTelemetry();
        builder.AddDefaultHealthChecks();
        builder.AddProblems();
        builder.AddJsonDefaults();
        builder.Services.TryAddSingleton(TimeProvider.System);

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>Maps <c>/health</c> (ready: every check) and <c>/alive</c> (live: the process answers) and turns failures into ProblemDetails.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapHealth();
        return app;
    }

    /// <summary>
    /// Runs the host until it is asked to stop, and stops it calmly. Unlike <c>Run</c> also when it is asked while it is still
    /// starting: that cancels the start, which is not a failure.
    /// </summary>
    public static async Task RunUntilStoppedAsync(this WebApplication app)
    {
        await using (app)
        {
            var stopping = app.Lifetime.ApplicationStopping;
            try
            {
                await app.StartAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // What had already started is stopped below like any other time.
            }

            await app.WaitForShutdownAsync();
        }
    }
}
