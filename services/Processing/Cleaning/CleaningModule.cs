namespace Freshet.Processing.Cleaning;

/// <summary>Partitions ahead and retention.</summary>
public static class CleaningModule
{
    public static IHostApplicationBuilder AddCleaning(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CleaningOptions>().BindConfiguration(CleaningOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<PartitionRows>();
        builder.Services.AddHostedService<PartitionClock>();
        return builder;
    }
}
