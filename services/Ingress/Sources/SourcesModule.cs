using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Sources;

public static class SourcesModule
{
    /// <summary>Who may send: the workspace's sources with the secrets that configuration <c>Parameters</c> holds.</summary>
    public static IHostApplicationBuilder AddSources(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SigningCertificates>();
        builder.Services.AddSingleton(new UsedTokens());
        builder.Services.AddSingleton<Proofs>();
        builder.Services.AddHttpClient(SigningCertificates.ClientName, client =>
        {
            client.Timeout = TimeSpan.FromSeconds(3);
            client.MaxResponseContentBufferSize = SigningCertificates.LargestAnswer;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        builder.Services.AddSingleton<SourceCatalog>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SourceCatalog>());
        builder.Services.AddHealthChecks().AddCheck<SourceHealth>("sources");
        return builder;
    }
}
