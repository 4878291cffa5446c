using System.Collections.Frozen;
using System.Text;
using Freshet.Ingress.Sources;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;
using Freshet.Testing.Drivers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Freshet.Ingress.Tests;

/// <summary>
/// The whole host in process with a real PostgreSQL database of its own. Real: HTTP pipeline, signatures, SQL. Where a test needs no
/// broker its address leads to a closed port, as when RabbitMQ is away.
/// </summary>
public sealed class IngressApp : WebApplicationFactory<IngressMetrics>
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string WriteKey = "wk_test";

    private const string Nowhere = "amqp://guest:guest@127.0.0.1:1";

    private readonly Dictionary<string, string> _settings;
    private readonly List<Source> _sources = [DemoSource, AppSource];

    private readonly Action<IServiceCollection>? _services;

    private IngressApp(Action<IServiceCollection>? services, Dictionary<string, string> settings) => (_services, _settings) = (services, settings);

    public static Source DemoSource { get; } =
        new() { Id = "demo", Kind = SourceKind.StandardWebhooks, Name = "Demo", SecretNames = ["demo-webhook-secret"] };

    public static Source AppSource { get; } = new() { Id = "app", Kind = SourceKind.Tracking, Name = "App", SecretNames = ["demo-write-key"] };

    public static WebhookSigner Signer { get; } = new(Secret);

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Starts a host.</summary>
    /// <param name="postgres">Connection string of a migrated database.</param>
    /// <param name="rabbitMq">Address of the broker; null: it is away.</param>
    /// <param name="sources">Sources besides <c>demo</c> and <c>app</c>, or in their place.</param>
    /// <param name="settings">Further configuration.</param>
    /// <param name="isLoaded">False: the host does not learn its sources.</param>
    /// <param name="services">Replaces services of the host.</param>
    /// <param name="listens">Whether it listens on a real socket, for clients outside of this process.</param>
    public static IngressApp Start(
        string postgres,
        string? rabbitMq = null,
        IEnumerable<Source>? sources = null,
        IReadOnlyDictionary<string, string>? settings = null,
        bool isLoaded = true,
        Action<IServiceCollection>? services = null,
        bool listens = false)
    {
        var app = new IngressApp(services, new Dictionary<string, string>
        {
            ["ConnectionStrings:freshet"] = postgres,
            ["ConnectionStrings:rabbitmq"] = rabbitMq ?? Nowhere,
            ["Sealing:KeyEncryptionKey"] = "test-key-encryption-key-of-enough-length",
            ["Sealing:IdentityIndexKey"] = "test-identity-index-key-of-enough-length",

            // Many tests share two cores; only tests of a server that is away want to see this budget run out.
            ["Ingress:Batching:StoreTimeout"] = "00:00:20",
            ["Parameters:demo-webhook-secret"] = Secret,
            ["Parameters:demo_write_key"] = WriteKey,
        });
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
        {
            app._settings[key] = value;
        }

        foreach (var source in sources ?? [])
        {
            app._sources.RemoveAll(known => known.Id == source.Id);
            app._sources.Add(source);
        }

        if (listens)
        {
            app.UseKestrel(0);
        }

        app.Client = app.CreateClient();
        if (isLoaded)
        {
            app.Load();
        }

        return app;
    }

    /// <summary>Gives the host its sources, as the workspace feed does.</summary>
    public void Load() => Services.GetRequiredService<SourceCatalog>().Take(
        new Workspace(1, TraitDictionary.Empty, _sources.ToFrozenDictionary(source => source.Id)));

    public HttpRequestMessage Webhook(string body, string? id = null, DateTimeOffset? at = null, string source = "demo") =>
        Signer.Sign($"/webhooks/{source}", id ?? $"msg_{Guid.CreateVersion7():n}", at ?? TimeProvider.System.GetUtcNow(), Encoding.UTF8.GetBytes(body));

    public Task<HttpResponseMessage> SendWebhookAsync(string body, string? id = null, string source = "demo") =>
        Client.SendAsync(Webhook(body, id, source: source));

    public async Task<HttpResponseMessage> SendCallAsync(string call, string body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{call}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WriteKey}:")));
        change?.Invoke(request);
        return await Client.SendAsync(request);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services => _services?.Invoke(services));
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
