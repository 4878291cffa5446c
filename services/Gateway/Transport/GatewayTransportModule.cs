using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Compiled;
using Freshet.Gateway.Execution.Documents;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Execution.Subscriptions;
using Freshet.Gateway.Transport.Http;
using Freshet.Gateway.Transport.Ide;
using Freshet.Gateway.Transport.ServerSentEvents;
using Freshet.Gateway.Transport.WebSockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Transport;

/// <summary>
/// GraphQL over HTTP, WebSocket and server-sent events, for any schema that an <see cref="ISchemaSource"/> gives. The host
/// registers that source; everything else is here.
/// </summary>
public static class GatewayTransportModule
{
    public const string Path = "/graphql";

    public static IHostApplicationBuilder AddGraphQLTransport(this IHostApplicationBuilder builder)
    {
        AddOptions(builder);
        AddExecution(builder.Services);
        AddTransports(builder.Services);
        return builder;
    }

    public static WebApplication MapGraphQL(this WebApplication app)
    {
        // The server's own ping is a message of the protocol; frames of the web server would only double it.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        var endpoint = app.Services.GetRequiredService<GraphQLEndpoint>();
        var sockets = app.Services.GetRequiredService<SocketEndpoint>();
        // Neither takes anything from the request's own services, so that a request that needs none does not make them.
        app.MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], context =>
            context.WebSockets.IsWebSocketRequest ? sockets.HandleAsync(context) : endpoint.AnswerAsync(context));
        app.MapGet(Path + "/schema.graphql", SchemaEndpoint.Get);
        return app;
    }

    private static void AddOptions(IHostApplicationBuilder builder)
    {
        Bind<GatewayAccessOptions>(builder, GatewayAccessOptions.Section);
        Bind<OperationLimitsOptions>(builder, OperationLimitsOptions.Section);
        Bind<TrustedDocumentsOptions>(builder, TrustedDocumentsOptions.Section);
        Bind<EventStreamOptions>(builder, EventStreamOptions.Section);
        Bind<SocketOptions>(builder, SocketOptions.Section);
        Bind<GatewayServerOptions>(builder, GatewayServerOptions.Section);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayServerOptions>>(Limit);

        // A request goes on where its bytes arrived (a thread of the pool already) instead of waking another thread; nothing here blocks.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
    }

    private static void Bind<TOptions>(IHostApplicationBuilder builder, string section)
        where TOptions : class =>
        builder.Services.AddOptions<TOptions>()
            .Bind(builder.Configuration.GetSection(section))
            .ValidateDataAnnotations()
            .ValidateOnStart();

    private static void Limit(KestrelServerOptions kestrel, IOptions<GatewayServerOptions> options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = options.Value.MaxWebSockets;
        kestrel.Limits.RequestHeadersTimeout = options.Value.HeadersTimeout;
        kestrel.Limits.MinRequestBodyDataRate = options.Value.MinBodyBytesPerSecond == 0
            ? null
            : new MinDataRate(options.Value.MinBodyBytesPerSecond, TimeSpan.FromSeconds(5));
    }

    private static void AddExecution(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<AnswerExtensions>();
        services.AddSingleton<TrustedDocuments>();
        services.AddSingleton<DocumentCache>();
        services.AddSingleton<DocumentPreparation>();
        services.AddSingleton<CompiledOperations>();
        services.AddSingleton<OperationGate>();
        services.AddSingleton<OperationMetrics>();
        services.AddSingleton<OperationTelemetry>();
        services.AddSingleton<PullSubscriptionStrategy>();
        services.AddSingleton<OperationExecutor>();
        services.AddSingleton<ErrorPresenter>();
    }

    private static void AddTransports(IServiceCollection services)
    {
        services.AddSingleton<ApiKeyAuthenticator>();
        services.AddSingleton<ResponseSerializer>();
        services.AddSingleton<RequestParsing>();
        services.AddSingleton<HttpRequestReader>();
        services.AddSingleton<HttpResponder>();
        services.AddSingleton<CompiledResponder>();
        services.AddSingleton<EventStreamResponder>();
        services.AddSingleton<ExplorerPage>();
        services.AddSingleton<EngineResponder>();
        services.AddSingleton<GraphQLEndpoint>();
        services.AddSingleton<SocketServices>();
        services.AddSingleton<SocketEndpoint>();
    }
}
