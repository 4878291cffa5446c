using GraphQL;

namespace Freshet.Gateway.Execution.Errors;

/// <summary>
/// A refusal that the caller can understand and cure: it goes out with its message and code, is never masked and never
/// logged as an error. Resolvers may throw it; the message must hold nothing personal.
/// </summary>
public sealed class RefusalException : ExecutionError
{
    public RefusalException(string code, string message)
        : base(message) => Code = code;
}
