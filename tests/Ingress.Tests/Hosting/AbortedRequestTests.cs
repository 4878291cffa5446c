using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Freshet.Ingress.Tests.Hosting;

/// <summary>
/// A sender that breaks off is no defect. The exceptions are thrown while the connection is still there: so it looks to an endpoint that hears of
/// a reset before the server has called the request aborted.
/// </summary>
public sealed class AbortedRequestTests
{
    [Fact]
    public async Task A_reset_connection_counts_as_an_aborted_request_and_is_no_error()
    {
        var (status, records) = await FailAsync(() => new ConnectionResetException("The client went away."));

        status.ShouldBe((HttpStatusCode)499);
        records.ShouldHaveSingleItem().ShouldBe(("request.aborted", LogLevel.Debug));
    }

    [Fact]
    public async Task So_does_an_aborted_connection() =>
        (await FailAsync(() => new ConnectionAbortedException("The connection was closed."))).Records.ShouldHaveSingleItem().ShouldBe(("request.aborted", LogLevel.Debug));

    [Fact]
    public async Task A_failure_of_our_own_while_the_sender_waits_is_still_an_error()
    {
        var (status, records) = await FailAsync(() => new IOException("The disk is full."));

        status.ShouldBe(HttpStatusCode.InternalServerError);
        records.ShouldHaveSingleItem().ShouldBe(("request.failed", LogLevel.Error));
    }

    private static async Task<(HttpStatusCode Status, (string? Event, LogLevel Level)[] Records)> FailAsync(Func<Exception> failure)
    {
        var records = new Records();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.AddServiceDefaults();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders().AddProvider(records).AddFilter("Freshet", LogLevel.Debug);
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapPost("/", IResult () => throw failure());
        await app.StartAsync();

        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        using var answer = await client.PostAsync(new Uri(app.Urls.Single()), content: null);
        return (answer.StatusCode, [.. records.Ours]);
    }

    private sealed class Records : ILoggerProvider
    {
        public ConcurrentQueue<(string? Event, LogLevel Level)> Ours { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class Recorder(Records records, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // What the framework says above Information would be an error of the same request.
        public bool IsEnabled(LogLevel logLevel) => category.StartsWith("Freshet", StringComparison.Ordinal) || logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                records.Ours.Enqueue((eventId.Name, logLevel));
            }
        }
    }
}
