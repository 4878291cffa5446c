namespace Freshet.Processing.Relaying;

/// <summary>The relay and what it needs.</summary>
public static class RelayModule
{
    public static IHostApplicationBuilder AddRelaying(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RelayOptions>().BindConfiguration(RelayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<OpenBatches>();
        builder.Services.AddSingleton<RelayReport>();
        builder.Services.AddHostedService<BatchRelay>();
        return builder;
    }
}
