using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Freshet.Testing.Drivers;

/// <summary>A complete Freshet on random ports and a data directory of its own, started as AppHost starts it.</summary>
public sealed class Installation : IAsyncDisposable
{
    public const string ApiKey = "an-api-key-for-tests-0123456789abcdef";
    public const string WriteKey = "a-write-key-for-tests-0123456789abcdef";

    private static readonly InstallationOptions Defaults = new();

    private Installation(DistributedApplication app, string webhookSecret)
    {
        App = app;
        Signer = new WebhookSigner(webhookSecret);
        GraphQL = new GraphQLClient(app.CreateHttpClient("gateway"), ApiKey);
        Ingress = app.CreateHttpClient("ingress");
    }

    public DistributedApplication App { get; }

    public WebhookSigner Signer { get; }

    public GraphQLClient GraphQL { get; }

    public HttpClient Ingress { get; }

    /// <typeparam name="TAppHost"><c>Projects.AppHost</c>, which only the test project itself can name.</typeparam>
    public static Task<Installation> StartAsync<TAppHost>(CancellationToken cancellationToken)
        where TAppHost : class => StartAsync<TAppHost>(Defaults, cancellationToken);

    /// <typeparam name="TAppHost"><c>Projects.AppHost</c>, which only the test project itself can name.</typeparam>
    public static async Task<Installation> StartAsync<TAppHost>(InstallationOptions options, CancellationToken cancellationToken)
        where TAppHost : class
    {
        var webhookSecret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        string[] parameters =
            [$"--Parameters:api-key={ApiKey}", $"--Parameters:demo-webhook-secret={webhookSecret}", $"--Parameters:demo-write-key={WriteKey}"];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<TAppHost>([.. parameters, .. options.Arguments], cancellationToken);
        options.Configure?.Invoke(builder);
        var app = await builder.BuildAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        var installation = new Installation(app, webhookSecret);
        foreach (var host in (string[])["ingress", "processing", "gateway"])
        {
            await installation.WaitUntilHealthyAsync(host, cancellationToken);
        }

        return installation;
    }

    public Task WaitUntilHealthyAsync(string resource, CancellationToken cancellationToken) =>
        App.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken);

    public Task<GraphQLSubscription> SubscribeAsync(string query, object? variables = null, CancellationToken cancellationToken = default) =>
        GraphQLSubscription.StartAsync(App.GetEndpoint("gateway"), ApiKey, query, variables, cancellationToken);

    /// <summary>Waits until no event waits and returns the totals of the ledger.</summary>
    public Task<LedgerTotals> SettleAsync(TimeSpan within) =>
        Eventually.GetAsync(LedgerTotals.ReadAsync(GraphQL), totals => totals.Waiting == 0, "an empty queue", within);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>What an installation of a test is started with beside its parameters.</summary>
public sealed record InstallationOptions
{
    /// <summary>Further arguments of AppHost, such as <c>--Workspace:Path=...</c>. <value>None.</value></summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Changes the model before it is built, for example a host's environment. <value>Null: as it is.</value></summary>
    public Action<IDistributedApplicationBuilder>? Configure { get; init; }
}
