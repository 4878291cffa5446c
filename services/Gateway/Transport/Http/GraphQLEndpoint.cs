using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Transport.Ide;
using Freshet.Gateway.Transport.ServerSentEvents;
using Freshet.Gateway.Transport.WebSockets;
using GraphQL;
using GraphQLParser.AST;

namespace Freshet.Gateway.Transport.Http;

/// <summary>
/// The one address of GraphQL. Decides by the request what it is (a socket, the explorer page, a stream of events, one
/// answer), proves the caller before it reads anything, and hands on.
/// </summary>
public sealed class GraphQLEndpoint(
    ApiKeyAuthenticator authenticator,
    HttpRequestReader reader,
    OperationExecutor executor,
    HttpResponder responder,
    EventStreamResponder eventStreams,
    ExplorerPage explorer)
{
    public static Task HandleAsync(HttpContext context)
    {
        var services = context.RequestServices;
        return context.WebSockets.IsWebSocketRequest
            ? services.GetRequiredService<SocketEndpoint>().HandleAsync(context)
            : services.GetRequiredService<GraphQLEndpoint>().AnswerAsync(context);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var accepted = AcceptedMedia.Parse(context.Request.Headers.Accept);
        if (accepted.Html && explorer.IsEnabled && HttpMethods.IsGet(context.Request.Method) && !context.Request.QueryString.HasValue)
        {
            await explorer.WriteAsync(context.Response, context.RequestAborted);
            return;
        }

        try
        {
            await AnswerAsync(context, accepted);
        }
        catch (RefusalException refusal)
        {
            await responder.WriteAsync(context.Response, new ExecutionResult(refusal), accepted, context.RequestAborted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone; there is nobody to answer.
        }
    }

    private async Task AnswerAsync(HttpContext context, AcceptedMedia accepted)
    {
        var ct = context.RequestAborted;
        context.User = authenticator.Authenticate(context.Request)
            ?? throw new RefusalException(ErrorCodes.Unauthenticated, "Send a valid API key as 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'.");
        if (accepted is { Single: null, EventStream: false })
            throw new RefusalException(ErrorCodes.NotAcceptable, "Accept application/graphql-response+json, application/json or text/event-stream.");

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
