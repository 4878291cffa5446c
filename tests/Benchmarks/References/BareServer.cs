using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Freshet.Benchmarks.References;

/// <summary>Kestrel with one handler: no routing, no logging, no middleware. As little as a .NET web server can do.</summary>
internal static class BareServer
{
    /// <summary>Listens on a free port, writes the address as its only line, and runs until the standard input ends.</summary>
    public static async Task RunAsync(Action<IApplicationBuilder> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        map(app);
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    /// <summary>Reads the body and answers 202.</summary>
    public static async Task AcceptAsync(HttpContext context)
    {
        await ReadBodyAsync(context.Request);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>Reads the body and answers the same bytes every time.</summary>
    public static RequestDelegate Answer(byte[] bytes, string contentType) => async context =>
    {
        await ReadBodyAsync(context.Request);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes);
    };

    private static async Task ReadBodyAsync(HttpRequest request)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync();
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
