using Freshet.Processing.Signals;

namespace Freshet.Processing.Retrying;

/// <summary>Scheduled retries: their options and their clock.</summary>
public static class RetryModule
{
    public static IHostApplicationBuilder AddRetrying(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetryOptions>().BindConfiguration(RetryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddKeyedSingleton<Doorbell>(Notifications.RetryChanged, (services, _) => new Doorbell(services.GetRequiredService<TimeProvider>()));
        builder.Services.AddKeyedSingleton<Doorbell>(Notifications.BatchReady, (services, _) => new Doorbell(services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<RetryRows>();
        builder.Services.AddHostedService<Notifications>();
        builder.Services.AddHostedService<RetryClock>();
        return builder;
    }
}
