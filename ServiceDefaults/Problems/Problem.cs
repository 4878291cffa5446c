using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Freshet.ServiceDefaults.Problems;

/// <summary>A refusal as RFC 9457 ProblemDetails. Every refusal has a stable <c>code</c>; <c>traceId</c> is added on the way out.</summary>
public static class Problem
{
    /// <summary>The name of the member that holds the code.</summary>
    public const string Code = "code";

    /// <param name="status">HTTP status.</param>
    /// <param name="code">Dotted and stable, for programs: <c>source.unknown</c>.</param>
    /// <param name="detail">For people: what is wrong and how to mend it. Never values of the request.</param>
    /// <param name="extensions">Further members, for example the place of an error.</param>
    public static ProblemHttpResult Of(int status, string code, string detail, IDictionary<string, object?>? extensions = null)
    {
        var members = extensions is null ? [] : new Dictionary<string, object?>(extensions);
        members[Code] = code;
        return TypedResults.Problem(detail, statusCode: status, extensions: members);
    }
}
