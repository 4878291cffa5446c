using GraphQL;

namespace Freshet.Gateway.Execution.Errors;

/// <summary>Which HTTP status an answer without data gets (GraphQL over HTTP, section 6.4).</summary>
public static class StatusCodeMap
{
    /// <summary>
    /// <paramref name="legacy"/> is the media type application/json: there a well-formed request whose document is refused
    /// answers 200, because clients of that media type read any other status as "not a GraphQL answer".
    /// </summary>
    public static int Choose(ExecutionResult result, bool legacy)
    {
        if (result.Executed || result.Errors is not { Count: > 0 } errors)
            return StatusCodes.Status200OK;

        return errors[0].Code switch
        {
            ErrorCodes.Unauthenticated => StatusCodes.Status401Unauthorized,
            ErrorCodes.Forbidden => StatusCodes.Status403Forbidden,
            ErrorCodes.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
            ErrorCodes.NotAcceptable => StatusCodes.Status406NotAcceptable,
            ErrorCodes.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
            ErrorCodes.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
            ErrorCodes.Internal => StatusCodes.Status500InternalServerError,
            ErrorCodes.Overloaded or ErrorCodes.Starting => StatusCodes.Status503ServiceUnavailable,
            ErrorCodes.Timeout => StatusCodes.Status504GatewayTimeout,
            ErrorCodes.BadRequest or ErrorCodes.BatchingDisabled => StatusCodes.Status400BadRequest,
            _ => legacy ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
        };
    }
}
