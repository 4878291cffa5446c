namespace Freshet.Gateway.Execution.Errors;

/// <summary>
/// Every value that <c>errors[].extensions.code</c> of a GraphQL answer may hold when the transport or the engine refuses.
/// Mutations report refusals of their own in their payload types.
/// </summary>
public static class ErrorCodes
{
    /// <summary>The request is not a GraphQL request: broken JSON, no query, a parameter of the wrong type.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>No credentials, or credentials that are not valid. Says no more on purpose.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    /// <summary>Known caller, not allowed.</summary>
    public const string Forbidden = "FORBIDDEN";

    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";
    public const string NotAcceptable = "NOT_ACCEPTABLE";
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    public const string BodyTooLarge = "BODY_TOO_LARGE";

    /// <summary>The body is a JSON array: several operations in one request are refused.</summary>
    public const string BatchingDisabled = "BATCHING_DISABLED";

    public const string ParseFailed = "GRAPHQL_PARSE_FAILED";
    public const string ValidationFailed = "GRAPHQL_VALIDATION_FAILED";

    /// <summary>Variables that do not fit their declared types.</summary>
    public const string BadUserInput = "BAD_USER_INPUT";

    /// <summary>The named operation is not in the document, or several are and none is named.</summary>
    public const string OperationNotFound = "OPERATION_RESOLUTION_FAILURE";

    /// <summary>The document has too many tokens, fields, aliases, directives or fragments.</summary>
    public const string QueryTooLarge = "QUERY_TOO_LARGE";

    /// <summary>The document nests too deep or costs too much.</summary>
    public const string QueryTooComplex = "QUERY_TOO_COMPLEX";

    public const string PageSizeExceeded = "PAGE_SIZE_EXCEEDED";
    public const string IntrospectionDisabled = "INTROSPECTION_DISABLED";

    /// <summary>This installation only runs the documents of its trusted folder.</summary>
    public const string PersistedOnly = "PERSISTED_ONLY";

    public const string PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND";

    /// <summary>The query that came along is not the one its hash names.</summary>
    public const string PersistedQueryMismatch = "PERSISTED_QUERY_MISMATCH";

    /// <summary>The operation took longer than its budget.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>Too many operations at once; try again after a moment.</summary>
    public const string Overloaded = "OVERLOADED";

    /// <summary>The gateway does not know the trait dictionary yet; try again after a moment.</summary>
    public const string Starting = "STARTING";

    /// <summary>This socket already carries as many operations as it may.</summary>
    public const string TooManyOperations = "TOO_MANY_OPERATIONS";

    /// <summary>A push source ran ahead of a reader that does not keep up; subscribe again from the last cursor.</summary>
    public const string SlowConsumer = "SLOW_CONSUMER";

    /// <summary>A defect of ours. The message says nothing; <c>traceId</c> leads to the log record.</summary>
    public const string Internal = "INTERNAL";
}
