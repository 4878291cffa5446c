using System.Text;
using System.Text.Json;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Transport;
using GraphQL.Types;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>The transports over the tiny schema on a loopback port of this process.</summary>
public sealed class TinyGateway : IAsyncDisposable
{
    public const string ApiKey = "a-key-for-tests";

    private readonly WebApplication _app;
    private readonly SocketsHttpHandler _handler = new();

    private TinyGateway(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient(_handler) { BaseAddress = Address };
        Client.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
    }

    public Uri Address { get; }

    /// <summary>Sends the right key.</summary>
    public HttpClient Client { get; }

    public TinyWorld World => _app.Services.GetRequiredService<TinyWorld>();

    public RecordedLogs Logs => _app.Services.GetRequiredService<RecordedLogs>();

    public IServiceProvider Services => _app.Services;

    public static Task<TinyGateway> StartAsync(params (string Key, string? Value)[] settings) => StartInAsync("Development", TimeProvider.System, settings);

    public static Task<TinyGateway> StartInProductionAsync(params (string Key, string? Value)[] settings) => StartInAsync("Production", TimeProvider.System, settings);

    public static async Task<TinyGateway> StartInAsync(string environment, TimeProvider clock, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection([new("Gateway:ApiKey", ApiKey)]);
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create("Gateway:" + pair.Key, pair.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<RecordedLogs>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<RecordedLogs>());
        builder.Services.AddSingleton<TinyWorld>();
        builder.Services.AddSingleton<ISchemaSource, TinySchemaSource>();
        builder.Services.AddScoped<CityLoader>();
        builder.AddGraphQLTransport();
        var app = builder.Build();
        app.MapGraphQL();
        await app.StartAsync();
        return new TinyGateway(app);
    }

    public Task<HttpResponseMessage> PostAsync(string query, object? variables = null, string accept = "application/graphql-response+json", string path = "/graphql") =>
        PostJsonAsync(JsonSerializer.Serialize(new { query, variables }), accept, path);

    public Task<HttpResponseMessage> PostJsonAsync(string json, string? accept = "application/graphql-response+json", string path = "/graphql")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<JsonElement> QueryAsync(string query, object? variables = null)
    {
        using var response = await PostAsync(query, variables);
        return await response.ReadJsonAsync();
    }

    public async ValueTask DisposeAsync()
    {
        World.Released.TrySetResult();
        Client.Dispose();
        _handler.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class TinySchemaSource(TinyWorld world) : ISchemaSource
    {
        public ISchema Current { get; } = new TinySchema(world);

        public bool IsReady => world.IsReady;
    }
}

public static class Answers
{
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response)
    {
        using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return document.RootElement.Clone();
    }

    /// <summary>The code of the first error.</summary>
    public static string? Code(this JsonElement answer) => answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();

    public static string? Message(this JsonElement answer) => answer.GetProperty("errors")[0].GetProperty("message").GetString();
}

/// <summary>Keeps log records so that a test can read them.</summary>
public sealed class RecordedLogs : ILoggerProvider
{
    private readonly List<(string? Event, LogLevel Level, string Text)> _records = [];

    public IReadOnlyList<(string? Event, LogLevel Level, string Text)> Records
    {
        get
        {
            lock (_records)
                return [.. _records];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(_records);

    public void Dispose()
    {
    }

    private sealed class Recorder(List<(string? Event, LogLevel Level, string Text)> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (records)
                records.Add((eventId.Name, logLevel, formatter(state, exception) + exception));
        }
    }
}
