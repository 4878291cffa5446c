using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Freshet.ServiceDefaults.Problems;

/// <summary>The one place where an exception becomes an answer: a bad request keeps its status, everything else is 500 and says nothing.</summary>
internal sealed partial class ProblemExceptionHandler(IProblemDetailsService problems, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is BadHttpRequestException refused)
        {
            httpContext.Response.StatusCode = refused.StatusCode;
        }
        else
        {
            // A handled exception is not logged by the framework (since .NET 10), and this one is a defect of ours.
            Log.Unhandled(logger, httpContext.GetEndpoint()?.DisplayName ?? "none", exception);
            httpContext.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext });
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request to {Endpoint} failed unexpectedly", EventName = "request.failed")]
        public static partial void Unhandled(ILogger logger, string endpoint, Exception exception);
    }
}
