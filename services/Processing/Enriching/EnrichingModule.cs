using Freshet.Processing.Signals;
using Freshet.Profiles.Enriching;
using Freshet.ServiceDefaults.Calling;

namespace Freshet.Processing.Enriching;

/// <summary>Asking sources about profiles.</summary>
public static class EnrichingModule
{
    public static IHostApplicationBuilder AddEnriching(this IHostApplicationBuilder builder)
    {
        builder.AddGuardedHttp();
        builder.Services.AddOptions<EnrichingOptions>().BindConfiguration(EnrichingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddKeyedSingleton<Doorbell>(EnrichmentOrders.Channel, (services, _) => new Doorbell(services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<EnrichmentProvider>();
        builder.Services.AddSingleton<EnrichmentWork>();
        builder.Services.AddSingleton<EnrichmentSignals>();
        builder.Services.AddHostedService<EnrichmentClock>();
        return builder;
    }
}
