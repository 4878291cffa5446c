using Freshet.Processing.Batches;
using Freshet.Processing.Bus;
using Freshet.Processing.Cleaning;
using Freshet.Processing.Enriching;
using Freshet.Processing.Ignoring;
using Freshet.Processing.Overrides;
using Freshet.Processing.Relaying;
using Freshet.Processing.Retrying;
using Freshet.Processing.Storage;
using Freshet.Profiles;

namespace Freshet.Processing;

/// <summary>Everything that this host is made of.</summary>
public static class ProcessingModule
{
    public static IHostApplicationBuilder AddProcessing(this IHostApplicationBuilder builder)
    {
        builder.AddProfilesStore();
        builder.AddFreshProfiles();
        builder.Services.AddSingleton<ProcessingMetrics>();
        builder.Services.AddSingleton<UnknownBatches>();
        builder.Services.AddSingleton<Redeliveries>();
        builder.Services.AddSingleton<BatchAttempt>();
        builder.Services.AddSingleton<BatchAftermath>();
        builder.Services.AddSingleton<JointTurns>();
        builder.Services.AddScoped<ApplyBatch>();
        builder.AddBus();
        builder.AddRetrying();
        builder.AddEnriching();
        builder.AddOverrides();
        builder.AddRelaying();
        builder.AddCleaning();
        builder.AddIgnoredFields();
        return builder;
    }
}
