using Freshet.Gateway.DeadLetters;
using Freshet.Gateway.Events;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Compiled;
using Freshet.Gateway.Ignoring;
using Freshet.Gateway.Ledger;
using Freshet.Gateway.Live;
using Freshet.Gateway.LookUps;
using Freshet.Gateway.Mappings;
using Freshet.Gateway.Overrides;
using Freshet.Gateway.Pipeline;
using Freshet.Gateway.Plans;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Freshness;
using Freshet.ServiceDefaults.Calling;

namespace Freshet.Gateway.Schema;

/// <summary>Registers the schema and everything that its fields call.</summary>
public static class GatewaySchemaModule
{
    public static IHostApplicationBuilder AddGatewaySchema(this IHostApplicationBuilder builder)
    {
        Bind<LiveOptions>(builder, "Gateway:Live");
        Bind<PositionOptions>(builder, "Gateway:Position");
        builder.Services.AddSingleton<ISchemaSource, SchemaFeed>();
        builder.Services.AddScoped<OperationLoads>();
        AddNodes(builder.Services);
        AddLive(builder.Services);
        AddLookUps(builder);
        return builder;
    }

    private static void AddNodes(IServiceCollection services)
    {
        services.AddSingleton<ProfileKeys>();
        services.AddSingleton<PositionGate>();
        services.AddSingleton<ProfileQueries>();
        services.AddSingleton<IOperationCompiler, ProfilePlanCompiler>();
        services.AddSingleton<UnmergeProfile>();
        services.AddSingleton<OverrideRules>();
        services.AddSingleton<OverrideTraits>();
        services.AddSingleton<OverrideQueries>();
        services.AddSingleton<EventQueries>();
        services.AddSingleton<DeadLetterQueries>();
        services.AddSingleton<ReplayDeadLetters>();
        services.AddSingleton<TryMapping>();
        services.AddSingleton<LedgerQueries>();
        services.AddSingleton<IgnoredFieldQueries>();
    }

    private static void AddLookUps(IHostApplicationBuilder builder)
    {
        builder.AddGuardedHttp();
        Bind<LookUpOptions>(builder, "Gateway:LookUps");
        builder.Services.AddSingleton<LookUpMetrics>();
        builder.Services.AddSingleton<LookUpApplication>();
        builder.Services.AddSingleton<LookUpCaller>();
        builder.Services.AddSingleton<SharedLookUps>();
        builder.Services.AddSingleton<TraitRefresh>();
    }

    private static void AddLive(IServiceCollection services)
    {
        services.AddSingleton<BatchSignals>();
        services.AddSingleton(provider => ChangeLog.Of(provider.GetRequiredService<ChangeStream>()));
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<SubscriptionKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<SubscriptionKeys>());
        services.AddSingleton<LiveReader>();
        services.AddSingleton<ProfileSubscriptions>();
        services.AddSingleton<PipelineSubscription>();
    }

    private static void Bind<TOptions>(IHostApplicationBuilder builder, string section)
        where TOptions : class =>
        builder.Services.AddOptions<TOptions>().Bind(builder.Configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
}
