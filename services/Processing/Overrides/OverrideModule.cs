namespace Freshet.Processing.Overrides;

/// <summary>The clock that ends overrides.</summary>
public static class OverrideModule
{
    public static IHostApplicationBuilder AddOverrides(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OverrideOptions>().BindConfiguration(OverrideOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHostedService<OverrideClock>();
        return builder;
    }
}
