using Freshet.Ingress.Ga4;
using Freshet.Ingress.Mixpanel;
using Freshet.Ingress.Senders;
using Freshet.Ingress.Tracking;

namespace Freshet.Ingress.Receiving;

public static class ReceivingModule
{
    private const string Browsers = "browsers";

    /// <summary>The addresses that senders know.</summary>
    public static IHostApplicationBuilder AddReceiving(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RefusalBook>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RefusalBook>());
        builder.Services.AddSingleton<Strangers>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Strangers>());
        builder.Services.AddSingleton<Handshakes>();
        builder.Services.AddSingleton<Acceptance>();
        builder.Services.AddSingleton<WebhookEndpoint>();
        builder.Services.AddSingleton<TrackingEndpoint>();
        builder.Services.AddSingleton<MixpanelEndpoint>();
        builder.Services.AddSingleton<Ga4Endpoint>();

        // Tracking runs in the pages of any site; what proves the sender is in the request, never in a cookie.
        builder.Services.AddCors(cors => cors.AddPolicy(Browsers, policy => policy
            .AllowAnyOrigin().AllowAnyHeader().WithMethods("GET", "POST").WithExposedHeaders(ReceiptResult.PositionHeader, "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(2))));
        return builder;
    }

    public static WebApplication MapReceiving(this WebApplication app)
    {
        app.UseCors();
        app.MapPost("/webhooks/{source}", WebhookEndpoint.Post);
        app.MapGet("/webhooks/{source}", WebhookEndpoint.Get);
        app.MapMethods("/webhooks/{source}", [HttpMethods.Options], WebhookEndpoint.Options);
        app.MapPost("/v1/{call}", TrackingEndpoint.Post).RequireCors(Browsers);
        foreach (var call in Enum.GetValues<MixpanelCall>())
        {
            app.MapMethods($"/{call}".ToLowerInvariant(), [HttpMethods.Get, HttpMethods.Post], (HttpContext http, MixpanelEndpoint endpoint) => endpoint.ReceiveAsync(http, call))
                .RequireCors(Browsers);
        }

        app.MapPost("/mp/collect", Ga4Endpoint.Collect).RequireCors(Browsers);
        app.MapPost("/debug/mp/collect", Ga4Endpoint.Validate).RequireCors(Browsers);
        return app;
    }
}
