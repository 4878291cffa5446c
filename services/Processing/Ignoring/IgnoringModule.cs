using Freshet.Profiles.Ignoring;

namespace Freshet.Processing.Ignoring;

/// <summary>Notices fields that arrive and are ignored. Only this host does.</summary>
public static class IgnoringModule
{
    public static IHostApplicationBuilder AddIgnoredFields(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IgnoringOptions>().BindConfiguration(IgnoringOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IgnoredFieldTally>();
        builder.Services.AddHostedService<IgnoredFieldClock>();
        return builder;
    }
}
