using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Transport.ServerSentEvents;
using GraphQLParser.AST;

namespace Freshet.Gateway.Transport.Http;

/// <summary>The way of every HTTP request that no compiled operation answers: read it, run it, write one answer or a stream of them.</summary>
public sealed class EngineResponder(HttpRequestReader reader, OperationExecutor executor, HttpResponder responder, EventStreamResponder eventStreams)
{
    /// <exception cref="RefusalException">The request is not one this endpoint takes.</exception>
    public async Task AnswerAsync(HttpContext context, AcceptedMedia accepted)
    {
        var ct = context.RequestAborted;
        var isStream = accepted.Single is null;
        var request = await reader.ReadAsync(context.Request, ct);
        var origin = new OperationOrigin(isStream ? "sse" : "http", context.User, context.RequestServices, type => Refuse(type, context.Request, accepted));
        var outcome = await executor.ExecuteAsync(request, origin, ct);

        if (outcome.Events is not null || (isStream && EventStreamResponder.Carries(outcome.Result)))
            await eventStreams.WriteAsync(context, outcome, ct);
        else
            await responder.WriteAsync(context.Response, outcome.Result, accepted, ct);
    }

    private static RefusalException? Refuse(OperationType type, HttpRequest request, AcceptedMedia accepted) => type switch
    {
        // A GET may be sent by a link or prefetched, so it must not change anything.
        OperationType.Mutation when HttpMethods.IsGet(request.Method) =>
            new RefusalException(ErrorCodes.MethodNotAllowed, "Mutations are sent with POST."),
        OperationType.Subscription when !accepted.EventStream =>
            new RefusalException(ErrorCodes.NotAcceptable, "Subscriptions need 'Accept: text/event-stream', or a WebSocket with the subprotocol graphql-transport-ws."),
        _ => null,
    };
}
