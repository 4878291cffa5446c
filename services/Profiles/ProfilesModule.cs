using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Freshet.Profiles;

/// <summary>Registers the module: one method per store.</summary>
public static class ProfilesModule
{
    /// <summary>PostgreSQL (connection <c>freshet</c>), sealing, the workspace, and everything that writes and reads tables.</summary>
    public static IHostApplicationBuilder AddProfilesStore(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SealingOptions>().BindConfiguration("Sealing").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("freshet")
            ?? throw new InvalidOperationException("ConnectionStrings:freshet is not set. Example: Host=localhost;Database=freshet;Username=...;Password=...")));
        builder.Services.AddSingleton<KeyEncryptionKeys>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<IdentityIndex>();
        builder.Services.AddSingleton<WorkspaceFeed>();
        builder.Services.AddSingleton<EventLog>();
        builder.Services.AddSingleton<BatchProgress>();
        builder.Services.AddSingleton<BatchApplication>();
        builder.Services.AddSingleton<DeadLetterStore>();
        builder.Services.AddSingleton<IdentityMerges>();
        builder.Services.AddSingleton<EventReader>();
        builder.Services.AddSingleton<LedgerReader>();
        return builder;
    }

    /// <summary>Redis (connection <c>redis</c>): fresh profiles and the change stream. Needs <see cref="AddProfilesStore"/>.</summary>
    public static IHostApplicationBuilder AddFreshProfiles(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ChangeStream>();
        builder.Services.AddSingleton<BatchPublisher>();
        builder.Services.AddSingleton<ProfileReader>();
        return builder;
    }
}
