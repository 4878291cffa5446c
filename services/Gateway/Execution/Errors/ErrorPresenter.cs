using Freshet.Gateway.Execution.Limits;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Validation;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Execution.Errors;

/// <summary>What of an error is written to the answer: message, code, the rule of the specification, own extensions.</summary>
public sealed class ErrorPresenter(IOptions<GatewayAccessOptions> access, IHostEnvironment environment) : IErrorInfoProvider
{
    private readonly bool _withSuggestions = access.Value.ShowSuggestions ?? environment.IsDevelopment();

    public ErrorInfo GetInfo(ExecutionError executionError)
    {
        ArgumentNullException.ThrowIfNull(executionError);

        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = ErrorNormalizer.CodeOf(executionError) };
        if (executionError is ValidationError { Number: { } number })
            extensions["rule"] = number;
        foreach (var (key, value) in executionError.Extensions ?? [])
            extensions[key] = value;

        return new ErrorInfo
        {
            Message = ErrorNormalizer.Message(executionError, _withSuggestions),
            Extensions = extensions,
        };
    }
}
