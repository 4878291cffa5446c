using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Freshet.ServiceDefaults.Problems;

/// <summary>
/// The one place where an exception becomes an answer: a bad request keeps its status, one whose sender is gone counts as 499, everything else is
/// 500 and says nothing.
/// </summary>
internal sealed partial class ProblemExceptionHandler(IProblemDetailsService problems, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (IsSenderGone(httpContext, exception))
        {
            // Nobody is there to read an answer; the status is for the metrics.
            Log.Aborted(logger, EndpointOf(httpContext));
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return ValueTask.FromResult(true);
        }

        if (exception is BadHttpRequestException refused)
        {
            httpContext.Response.StatusCode = refused.StatusCode;
        }
        else
        {
            // A handled exception is not logged by the framework (since .NET 10), and this one is a defect of ours.
            Log.Unhandled(logger, EndpointOf(httpContext), exception);
            httpContext.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext });
    }

    // The framework asks only for the token, and whoever reads the body may hear of a reset before the token does.
    private static bool IsSenderGone(HttpContext http, Exception exception) => exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested);

    private static string EndpointOf(HttpContext http) => http.GetEndpoint()?.DisplayName ?? "none";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request to {Endpoint} failed unexpectedly", EventName = "request.failed")]
        public static partial void Unhandled(ILogger logger, string endpoint, Exception exception);

        [LoggerMessage(2, LogLevel.Debug, "Request to {Endpoint} ended: its sender is gone", EventName = "request.aborted")]
        public static partial void Aborted(ILogger logger, string endpoint);
    }
}
