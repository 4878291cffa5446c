using System.Runtime.CompilerServices;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using GraphQL;
using GraphQL.Types;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Freshet.Gateway.Transport.Http;

/// <summary>Serves the schema in the schema definition language to authenticated callers, also where introspection is off.</summary>
public static class SchemaEndpoint
{
    // Printing takes milliseconds; one text per schema instance is kept as long as the schema lives.
    private static readonly ConditionalWeakTable<ISchema, string> Texts = [];

    public static Results<ContentHttpResult, ProblemHttpResult> Get(HttpContext context, ISchemaSource schemas, ApiKeyAuthenticator authenticator)
    {
        if (authenticator.Authenticate(context.Request) is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"freshet\"";
            return TypedResults.Problem(
                title: "Not authenticated",
                detail: "Send a valid API key as 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'.",
                statusCode: StatusCodes.Status401Unauthorized,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = ErrorCodes.Unauthenticated });
        }

        if (!schemas.IsReady)
        {
            context.Response.Headers.RetryAfter = "1";
            return TypedResults.Problem(
                title: "Starting",
                detail: "The gateway does not know the trait dictionary yet. Try again in a second.",
                statusCode: StatusCodes.Status503ServiceUnavailable,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = ErrorCodes.Starting });
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Text(Texts.GetValue(schemas.Current, static schema => schema.Print()), "text/plain", System.Text.Encoding.UTF8);
    }
}
