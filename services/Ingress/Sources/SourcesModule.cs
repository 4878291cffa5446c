namespace Freshet.Ingress.Sources;

public static class SourcesModule
{
    /// <summary>Who may send: the workspace's sources with the secrets that configuration <c>Parameters</c> holds.</summary>
    public static IHostApplicationBuilder AddSources(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SourceCatalog>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SourceCatalog>());
        builder.Services.AddHealthChecks().AddCheck<SourceHealth>("sources");
        return builder;
    }
}
