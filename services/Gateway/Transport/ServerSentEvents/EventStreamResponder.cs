using System.Buffers;
using System.IO.Pipelines;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Transport.Http;
using GraphQL;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Transport.ServerSentEvents;

/// <summary>
/// GraphQL over server-sent events, distinct connections mode: one operation per request, its answers as <c>next</c> events, then
/// <c>complete</c>. The next answer is computed when the one before is written, so a slow reader slows its own stream only.
/// </summary>
public sealed class EventStreamResponder(ResponseSerializer serializer, IOptions<EventStreamOptions> options, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>
    /// Whether an answer belongs into a stream: results and errors of the operation do (the protocol says so, because a
    /// browser hides the body of a refused stream); refusals of the HTTP request itself keep their status.
    /// </summary>
    public static bool Carries(ExecutionResult result) => StatusCodeMap.Choose(result, legacy: true) == StatusCodes.Status200OK;

    public async Task WriteAsync(HttpContext context, OperationOutcome outcome, CancellationToken ct)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = AcceptedMedia.EventStreamType + "; charset=utf-8";
        HttpResponder.AddHeaders(response);
        // Asks nginx and its like to hand events on at once.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(ct);

        if (outcome.Events is null)
            await WriteNextAsync(response, outcome.Result, ct);
        else if (!await WriteAllAsync(response, outcome.Events, ct))
            return;
        await WriteAsync(response, "event: complete\ndata:\n\n"u8, ct);
    }

    /// <summary>
    /// True when the source ended. False when this host is stopping: the stream then ends without <c>complete</c>, which
    /// clients read as a broken connection and open again elsewhere.
    /// </summary>
    private async Task<bool> WriteAllAsync(HttpResponse response, IAsyncEnumerable<ExecutionResult> events, CancellationToken ct)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(options.Value.KeepAliveInterval, clock);
        var keepAlive = new KeepAlive(timer, () => WriteAsync(response, ":\n\n"u8, ct));
        await WriteAsync(response, ":\n\n"u8, ct);

        await using var source = events.GetAsyncEnumerator(running.Token);
        try
        {
            while (await keepAlive.WhileAsync(source.MoveNextAsync().AsTask(), running))
                await WriteNextAsync(response, source.Current, ct);
            return true;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WriteNextAsync(HttpResponse response, ExecutionResult result, CancellationToken ct)
    {
        var body = response.BodyWriter;
        body.Write("event: next\ndata: "u8);
        serializer.Write(body, result);
        body.Write("\n\n"u8);
        await body.FlushAsync(ct);
    }

    private static Task<FlushResult> WriteAsync(HttpResponse response, ReadOnlySpan<byte> text, CancellationToken ct)
    {
        response.BodyWriter.Write(text);
        return response.BodyWriter.FlushAsync(ct).AsTask();
    }

    /// <summary>Sends a comment now and then while a task is awaited. Only this loop writes, so no lock is needed.</summary>
    private sealed class KeepAlive(PeriodicTimer timer, Func<Task> send)
    {
        // A timer has one waiter at a time: a wait that outlives one event is kept for the next.
        private Task<bool>? _tick;

        public async Task<bool> WhileAsync(Task<bool> next, CancellationTokenSource running)
        {
            try
            {
                while (!next.IsCompleted)
                {
                    _tick ??= timer.WaitForNextTickAsync(running.Token).AsTask();
                    if (await Task.WhenAny(next, _tick) == next || !_tick.IsCompletedSuccessfully)
                        break;
                    _tick = null;
                    await send();
                }
            }
            catch
            {
                // The connection is gone. The source must come to rest before it may be disposed.
                await running.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            return await next;
        }
    }
}
