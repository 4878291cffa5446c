using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Failpoints;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Ignoring;
using Freshet.Profiles.Ledger;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using StackExchange.Redis;

namespace Freshet.Profiles;

/// <summary>Registers the module: one method per store.</summary>
public static class ProfilesModule
{
    /// <summary>The health check of PostgreSQL, for hosts that can do without for a while.</summary>
    public const string StoreCheck = "postgres";

    /// <summary>PostgreSQL (connection <c>freshet</c>), sealing, the workspace, and everything that writes and reads tables.</summary>
    /// <param name="builder">Of the host.</param>
    /// <param name="appliesEvents">False: the host never applies or tries events, so it does without the tables that enrich them.</param>
    public static IHostApplicationBuilder AddProfilesStore(this IHostApplicationBuilder builder, bool appliesEvents = true)
    {
        Failpoint.Arm(builder.Environment.IsProduction());
        var connection = Connection(builder, "freshet", "Host=localhost;Database=freshet;Username=freshet;Password=...");
        builder.Services.AddOptions<SealingOptions>().BindConfiguration("Sealing").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => ProfilesDataSource.Create(connection));
        builder.Services.AddSingleton<ProfilesMetrics>();
        builder.Services.AddHealthChecks().AddCheck<StoreHealth>(StoreCheck);

        builder.Services.AddSingleton<KeyEncryptionKeys>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<KeyRotation>();
        builder.Services.AddSingleton<IdentityIndex>();

        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<WorkspaceFeed>(services, appliesEvents));
        builder.Services.AddHostedService(services => services.GetRequiredService<WorkspaceFeed>());

        builder.Services.AddSingleton<EventLog>();
        builder.Services.AddSingleton<EnrichmentOrders>();
        builder.Services.AddSingleton<SharedAnswers>();
        builder.Services.AddSingleton<BatchProgress>();
        builder.Services.AddSingleton<FreshEpoch>();
        builder.Services.AddSingleton<PendingPublications>();
        builder.Services.AddSingleton<BatchReading>();
        builder.Services.AddSingleton<BatchApplication>();
        builder.Services.AddSingleton<JointApplication>();
        builder.Services.AddDbContextFactory<ProfilesDb>((services, options) => options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()));
        builder.Services.AddSingleton<RecordedEvents>();
        builder.Services.AddSingleton<ReplayBatches>();
        builder.Services.AddSingleton<DeadLetterStore>();
        builder.Services.AddSingleton<UnmergeTransaction>();
        builder.Services.AddSingleton<IdentityMerges>();
        builder.Services.AddSingleton<OverrideTransaction>();
        builder.Services.AddSingleton<TraitOverrides>();
        builder.Services.AddSingleton<StoredProfiles>();
        builder.Services.AddSingleton<EventReader>();
        builder.Services.AddSingleton<LedgerReader>();
        builder.Services.AddSingleton<RefusalLedger>();
        builder.Services.AddSingleton<IgnoredFieldStore>();
        builder.Services.AddSingleton<PipelineReader>();
        return builder;
    }

    /// <summary>Redis (connection <c>redis</c>): fresh profiles, the change stream, publishing. Needs <see cref="AddProfilesStore"/>.</summary>
    public static IHostApplicationBuilder AddFreshProfiles(this IHostApplicationBuilder builder)
    {
        var connection = Connection(builder, "redis", "localhost:6379,password=...");
        builder.Services.AddOptions<FreshOptions>().BindConfiguration("Freshness").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(RedisConnections.Options(connection)));
        builder.Services.AddSingleton(_ => new BlockingRedis(connection));
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>("redis");
        builder.Services.AddSingleton<RedisCircuits>();
        builder.Services.AddSingleton<ProfileHints>();
        builder.Services.AddSingleton<FreshReads>();
        builder.Services.AddSingleton<FreshFields>();
        builder.Services.AddSingleton<FreshProfiles>();
        builder.Services.AddSingleton<LookUpTurns>();
        builder.Services.AddSingleton<ChangeStream>();
        builder.Services.AddSingleton<FreshWriter>();
        builder.Services.AddSingleton<UnpublishedBatches>();
        builder.Services.AddSingleton<BatchPublisher>();
        builder.Services.AddSingleton<ImmediateApplication>();
        builder.Services.AddSingleton<ProfileReader>();
        return builder;
    }

    private static string Connection(IHostApplicationBuilder builder, string name, string example) =>
        builder.Configuration.GetConnectionString(name) is { Length: > 0 } connection
            ? connection
            : throw new InvalidOperationException($"ConnectionStrings:{name} is not set. Set it (environment ConnectionStrings__{name}), for example to \"{example}\".");
}
