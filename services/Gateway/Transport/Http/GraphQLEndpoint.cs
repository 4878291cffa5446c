using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Transport.Ide;
using GraphQL;

namespace Freshet.Gateway.Transport.Http;

/// <summary>
/// The one address of GraphQL over HTTP. Decides by the request what it is (the explorer page, a stream of events, one answer), proves the caller before it reads anything, and hands on.
/// </summary>
public sealed class GraphQLEndpoint(
    ApiKeyAuthenticator authenticator,
    CompiledResponder compiled,
    EngineResponder engine,
    HttpResponder responder,
    ExplorerPage explorer)
{
    public async Task AnswerAsync(HttpContext context)
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
        var caller = authenticator.Authenticate(context.Request)
            ?? throw new RefusalException(ErrorCodes.Unauthenticated, "Send a valid API key as 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'.");
        if (accepted is { Single: null, EventStream: false })
            throw new RefusalException(ErrorCodes.NotAcceptable, "Accept application/graphql-response+json, application/json or text/event-stream.");

        if (accepted.Single is null || !await compiled.TryAnswerAsync(context, accepted))
        {
            context.User = caller;
            await engine.AnswerAsync(context, accepted);
        }
    }
}
