using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Freshet.Testing.Drivers;

/// <summary>Somebody else's server: keeps what it was asked and answers as the test says.</summary>
public sealed class OtherHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private volatile RequestDelegate answer = context => Task.CompletedTask;

    private OtherHost(WebApplication host) => app = host;

    public Uri Address => new(app.Urls.Single());

    /// <summary>Method, path with query, and body of every request.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public static async Task<OtherHost> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var host = new OtherHost(builder.Build());
        host.Answers(answer);
        host.app.Run(host.AnswerAsync);
        await host.app.StartAsync();
        return host;
    }

    public void Answers(RequestDelegate how) => answer = how;

    public static RequestDelegate Json(string text, int status = 200) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text);
    };

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
        await answer(context);
    }
}
