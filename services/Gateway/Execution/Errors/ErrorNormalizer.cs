using System.Diagnostics;
using Freshet.Profiles.Storage;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Validation;

namespace Freshet.Gateway.Execution.Errors;

/// <summary>
/// Turns the engine's many error types into the vocabulary of <see cref="ErrorCodes"/>, masks what is our own defect, and
/// takes name suggestions out where they would tell a stranger the schema.
/// </summary>
public static class ErrorNormalizer
{
    private const string MaskedMessage = "Something went wrong on our side. Quote the trace id when you report it.";

    public static string CodeOf(ExecutionError error) => error switch
    {
        RefusalException => error.Code ?? ErrorCodes.BadRequest,
        MaskedError => ErrorCodes.Internal,
        TimeoutError => ErrorCodes.Timeout,
        SyntaxError => ErrorCodes.ParseFailed,
        InvalidOperationNameError or NoOperationError or NoOperationNameError => ErrorCodes.OperationNotFound,
        InvalidVariableError => ErrorCodes.BadUserInput,
        ValidationError or DocumentError or RequestError or InvalidOperationError => ErrorCodes.ValidationFailed,
        UnhandledError => ErrorCodes.Internal,
        _ => error.Code ?? ErrorCodes.Internal,
    };

    public static ExecutionError Mask(Exception exception)
    {
        // Not a defect: the same question may be answered in a moment.
        if (exception is StoreUnavailableException)
            return new RefusalException(GatewayErrorCodes.StoreUnavailable, "The database does not answer right now. Ask again after a moment.");

        var masked = new MaskedError(MaskedMessage, exception);
        return masked.AddExtension("traceId", Activity.Current?.TraceId.ToHexString() ?? "none");
    }

    public static string Message(ExecutionError error, bool withSuggestions)
    {
        if (withSuggestions || error is not ValidationError)
            return error.Message;

        var suggestion = error.Message.IndexOf(" Did you mean", StringComparison.Ordinal);
        return suggestion < 0 ? error.Message : error.Message[..suggestion];
    }

    /// <summary>Keeps the cause for the log and shows none of it.</summary>
    private sealed class MaskedError : ExecutionError
    {
        public MaskedError(string message, Exception cause)
            : base(message)
        {
            Cause = cause;
            Code = ErrorCodes.Internal;
        }

        public Exception Cause { get; }
    }
}
