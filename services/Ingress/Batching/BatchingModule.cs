using Freshet.Profiles;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Freshet.Ingress.Batching;

public static class BatchingModule
{
    /// <summary>From requests to commits. Options in section <c>Ingress:Batching</c>.</summary>
    public static IHostApplicationBuilder AddBatching(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<BatchingOptions>().BindConfiguration("Ingress:Batching").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IngressMetrics>();
        builder.Services.AddSingleton<KeeperContext>();
        builder.Services.AddSingleton<IBatchKeeper, BatchKeeper>();

        // Stopped in reverse order: first the batcher finishes its commits, then the announcer what they left behind.
        builder.Services.AddSingleton<StoreWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StoreWatch>());
        builder.Services.AddSingleton<Announcer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Announcer>());
        builder.Services.AddSingleton<EventBatcher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EventBatcher>());

        // A server that is away is not this host's end: "keeping" says when it is.
        builder.Services.AddHealthChecks().AddCheck<KeepingHealth>("keeping");
        builder.Services.Configure<HealthCheckServiceOptions>(health =>
            health.Registrations.Single(check => check.Name == ProfilesModule.StoreCheck).FailureStatus = HealthStatus.Degraded);
        return builder;
    }
}
