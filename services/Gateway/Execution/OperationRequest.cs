using System.Security.Claims;
using GraphQL;
using GraphQLParser.AST;

namespace Freshet.Gateway.Execution;

/// <summary>The parameters of a GraphQL request, whatever transport brought them.</summary>
/// <param name="Query">The document; null when <paramref name="DocumentId"/> names a trusted one.</param>
/// <param name="OperationName">Which operation of the document to run.</param>
/// <param name="Variables">Values by variable name.</param>
/// <param name="Extensions">Protocol extensions of the client.</param>
/// <param name="DocumentId">Id of a trusted document.</param>
public sealed record OperationRequest(string? Query, string? OperationName, Inputs Variables, Inputs Extensions, string? DocumentId);

/// <summary>Where a request comes from and what that transport may carry.</summary>
/// <param name="Transport">Name for logs and metrics: http, websocket or sse.</param>
/// <param name="User">The authenticated caller.</param>
/// <param name="Services">Scope that lives as long as the operation.</param>
/// <param name="Refuse">Null when the transport carries operations of that type, else why not.</param>
public sealed record OperationOrigin(
    string Transport,
    ClaimsPrincipal User,
    IServiceProvider Services,
    Func<OperationType, Errors.RefusalException?> Refuse);

/// <summary>One answer, or for a subscription that started the stream of answers. The stream may be read once.</summary>
public sealed record OperationOutcome(ExecutionResult Result, IAsyncEnumerable<ExecutionResult>? Events);
