using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Freshet.ServiceDefaults.Problems;

internal static class ProblemDefaults
{
    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
    }

    private static void Complete(ProblemDetailsContext context)
    {
        var members = context.ProblemDetails.Extensions;
        members["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        members.TryAdd(Problem.Code, CodeOf(context.ProblemDetails.Status ?? context.HttpContext.Response.StatusCode));
    }

    /// <summary>The code of an answer that no endpoint of ours gave, such as a route that does not exist.</summary>
    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "request.malformed",
        StatusCodes.Status401Unauthorized => "credentials.invalid",
        StatusCodes.Status404NotFound => "address.unknown",
        StatusCodes.Status405MethodNotAllowed => "method.not-allowed",
        StatusCodes.Status408RequestTimeout => "request.too-slow",
        StatusCodes.Status413PayloadTooLarge => "body.too-large",
        StatusCodes.Status415UnsupportedMediaType => "content-type.unsupported",
        _ => "internal",
    };
}
