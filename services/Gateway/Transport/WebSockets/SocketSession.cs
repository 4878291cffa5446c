using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text.Json;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>
/// One socket that speaks graphql-transport-ws, from the accepted upgrade to the last operation's end. One loop receives and
/// never waits for an operation; each operation is a task that sends for itself. When the loop ends, for whatever reason, every
/// operation is stopped and awaited, so nothing outlives the socket.
/// </summary>
public sealed partial class SocketSession : IDisposable
{
    private readonly SocketServices _services;
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private readonly SocketOperations _operations;
    private readonly ConcurrentDictionary<SocketOperation, Task> _running = [];
    private readonly CancellationTokenSource _ends = new();
    private ClaimsPrincipal? _user;
    private volatile bool _isAcknowledged;
    private long _lastReceived;

    /// <param name="services">What all sockets share.</param>
    /// <param name="socket">The accepted socket.</param>
    /// <param name="user">The caller that the upgrade's headers proved; null when <c>connection_init</c> must.</param>
    public SocketSession(SocketServices services, WebSocket socket, ClaimsPrincipal? user)
    {
        _services = services;
        _user = user;
        _reader = new SocketReader(socket, services.Options.MaxMessageBytes);
        _writer = new SocketWriter(socket, services.Serializer, services.Options, services.Clock);
        _operations = new SocketOperations(services.Options.MaxOperations);
        _lastReceived = services.Clock.GetTimestamp();
    }

    public async Task RunAsync(CancellationToken ct)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, _writer.Aborted);
        await using var stopping = _services.Stopping.Register(() => _ = CloseAsync(SocketClose.Stopping));
        var watching = WatchAsync(_ends.Token);
        try
        {
            await ReceiveAsync(ends.Token);
        }
        catch (Exception exception)
        {
            // The socket's edge: a defect ends this socket and no other.
            Log.Defect(_services.Logger, exception);
            await CloseAsync(SocketClose.InternalError);
        }
        finally
        {
            await _ends.CancelAsync();
            _operations.StopAll();
            await Task.WhenAll([watching, .. _running.Values]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReceiveAsync(CancellationToken ct)
    {
        while (true)
        {
            var received = await _reader.ReceiveAsync(ct);
            if (received == Received.Closed)
            {
                await CloseAsync(SocketClose.Normal);
                return;
            }

            // After our close frame the client may still be sending; its own close frame ends the loop.
            if (_writer.IsClosing)
                continue;

            Volatile.Write(ref _lastReceived, _services.Clock.GetTimestamp());
            var close = received switch
            {
                Received.Text => await HandleAsync(),
                Received.Binary => SocketClose.BadRequest("Messages are text"),
                _ => SocketClose.TooBig,
            };
            if (close is not { } reason)
                continue;

            await CloseAsync(reason);
        }
    }

    // Operations stop first: a sender that is no longer slowed by the socket would run through its source.
    private Task CloseAsync(SocketClose close)
    {
        _operations.StopAll();
        return _writer.CloseAsync(close);
    }

    /// <summary>Null to go on, else why the socket ends.</summary>
    private async ValueTask<SocketClose?> HandleAsync()
    {
        JsonDocument document;
        try
        {
            document = RequestParsing.ParseJson(_reader.Message, _services.Limits.MaxJsonTokens);
        }
        catch (RefusalException refusal)
        {
            return SocketClose.BadRequest(refusal.Message);
        }

        using (document)
        {
            var (message, problem) = ClientMessage.Read(document.RootElement);
            return problem is not null ? SocketClose.BadRequest(problem) : await HandleAsync(message);
        }
    }

    private async ValueTask<SocketClose?> HandleAsync(ClientMessage message)
    {
        switch (message.Type)
        {
            case ClientMessageType.ConnectionInit:
                return await InitializeAsync(message.Payload);
            case ClientMessageType.Ping:
                await _writer.SendPongAsync(message.Payload);
                return null;
            case ClientMessageType.Pong:
                return null;
            case ClientMessageType.Subscribe:
                return await SubscribeAsync(message);
            case ClientMessageType.Complete:
                if (_operations.TryTake(message.Id, out var operation))
                    operation.Stop();
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async ValueTask<SocketClose?> InitializeAsync(JsonElement payload)
    {
        if (_isAcknowledged)
            return SocketClose.TooManyInits;

        _user ??= _services.Authenticator.Authenticate(payload);
        if (_user is null)
            return SocketClose.Forbidden;

        _isAcknowledged = true;
        await _writer.SendAckAsync();
        return null;
    }

    private async ValueTask<SocketClose?> SubscribeAsync(ClientMessage message)
    {
        OperationRequest request;
        try
        {
            request = _services.Parsing.Parse(message.Payload);
        }
        catch (RefusalException refusal)
        {
            return SocketClose.BadRequest(refusal.Message);
        }

        if (!_isAcknowledged)
            return SocketClose.Unauthorized;
        if (_operations.Contains(message.Id))
            return SocketClose.SubscriberExists(message.Id);
        // Operations that the client completed may still be ending: they count twice as far as running ones.
        if (_operations.IsFull || _running.Count >= 2 * _services.Options.MaxOperations)
        {
            var refusal = new RefusalException(ErrorCodes.TooManyOperations, $"This socket runs {_services.Options.MaxOperations} operations already. Complete one first.");
            await _writer.SendErrorAsync(message.Id, [refusal]);
            return null;
        }

        Start(new SocketOperation(message.Id, _ends.Token), request);
        return null;
    }

    private void Start(SocketOperation operation, OperationRequest request)
    {
        _operations.TryAdd(operation);
        var started = new TaskCompletionSource();
        _running[operation] = RunAsync(started.Task);
        started.SetResult();

        async Task RunAsync(Task registered)
        {
            await registered;
            // Leave the receive loop: preparing a document must not delay a complete or a ping.
            await Task.Yield();
            try
            {
                await RunOperationAsync(operation, request);
            }
            finally
            {
                _operations.TryRemove(operation);
                _running.TryRemove(operation, out _);
                operation.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
        _ends.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A GraphQL WebSocket failed unexpectedly and was closed", EventName = "graphql.socket.defect")]
        public static partial void Defect(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "An operation on a GraphQL WebSocket failed unexpectedly", EventName = "graphql.socket.operation.defect")]
        public static partial void OperationDefect(ILogger logger, Exception exception);
    }
}
