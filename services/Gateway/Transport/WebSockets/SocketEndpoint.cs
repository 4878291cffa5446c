using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Transport.Http;
using GraphQL;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>Decides about an upgrade: origin, credentials in headers, subprotocol; then runs the session.</summary>
public sealed class SocketEndpoint(
    SocketServices services,
    HttpResponder responder,
    OperationMetrics metrics,
    IOptions<SocketOptions> options,
    IHostEnvironment environment)
{
    public const string Subprotocol = "graphql-transport-ws";

    public async Task HandleAsync(HttpContext context)
    {
        if (!OriginPolicy.Allows(context.Request, options.Value.AllowedOrigins, environment.IsDevelopment()))
        {
            await RefuseAsync(context, ErrorCodes.Forbidden, "Pages of this origin may not open a socket. Add it to Gateway:WebSockets:AllowedOrigins.");
            return;
        }

        var user = services.Authenticator.Authenticate(context.Request);
        if (user is null && ApiKeyAuthenticator.HasCredentials(context.Request))
        {
            await RefuseAsync(context, ErrorCodes.Unauthenticated, "The API key is not valid.");
            return;
        }

        var speaksOurs = context.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(speaksOurs ? Subprotocol : null);
        metrics.SocketOpened();
        try
        {
            if (!speaksOurs)
            {
                // Accepted and then closed, as the protocol asks: a browser shows no reason of a refused upgrade.
                await CloseAsync(socket, SocketClose.SubprotocolNotAcceptable, context.RequestAborted);
                return;
            }

            using var session = new SocketSession(services, socket, user);
            await session.RunAsync(context.RequestAborted);
        }
        finally
        {
            metrics.SocketClosed();
        }
    }

    private static async Task CloseAsync(System.Net.WebSockets.WebSocket socket, SocketClose close, CancellationToken ct)
    {
        try
        {
            await socket.CloseOutputAsync(close.Code, close.Reason, ct);
        }
        catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or OperationCanceledException)
        {
            // The client did not wait for our close.
        }
    }

    private Task RefuseAsync(HttpContext context, string code, string message) =>
        responder.WriteAsync(context.Response, new ExecutionResult(new RefusalException(code, message)), default, context.RequestAborted);
}
