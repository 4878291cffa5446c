using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using GraphQL;

namespace Freshet.Gateway.Transport.WebSockets;

/// <content>What runs beside the receive loop: the operations, and the watch over a silent client.</content>
public sealed partial class SocketSession
{
    private async Task RunOperationAsync(SocketOperation operation, OperationRequest request)
    {
        try
        {
            await using var scope = _services.Scopes.CreateAsyncScope();
            var origin = new OperationOrigin("websocket", _user!, scope.ServiceProvider, static _ => null);
            var outcome = await _services.Executor.ExecuteAsync(request, origin, operation.Ends);
            if (outcome.Events is null)
                await AnswerAsync(operation, outcome.Result, isLast: true);
            else
                await AnswerAllAsync(operation, outcome.Events);
        }
        catch (OperationCanceledException) when (operation.Ends.IsCancellationRequested || _writer.Aborted.IsCancellationRequested)
        {
            // The client completed it, or is gone: nothing more is said.
        }
        catch (Exception exception)
        {
            Log.OperationDefect(_services.Logger, exception);
            await AnswerAsync(operation, new ExecutionResult(ErrorNormalizer.Mask(exception)), isLast: true);
        }
    }

    private async Task AnswerAllAsync(SocketOperation operation, IAsyncEnumerable<ExecutionResult> events)
    {
        await foreach (var result in events.WithCancellation(operation.Ends))
        {
            await AnswerAsync(operation, result, isLast: !result.Executed);
            if (!result.Executed || !operation.IsActive)
                return;
        }

        if (_operations.TryRemove(operation))
            await _writer.SendCompleteAsync(operation.Id);
    }

    /// <summary>
    /// An answer that was executed goes out as <c>next</c>; one that was refused as <c>error</c>, which also ends the operation.
    /// The id is free before the client hears of the end, because it may use it again at once.
    /// </summary>
    private async Task AnswerAsync(SocketOperation operation, ExecutionResult result, bool isLast)
    {
        if (!result.Executed)
        {
            if (_operations.TryRemove(operation))
                await _writer.SendErrorAsync(operation.Id, result.Errors ?? []);
            return;
        }

        await _writer.SendNextAsync(operation, result);
        if (isLast && _operations.TryRemove(operation))
            await _writer.SendCompleteAsync(operation.Id);
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        var options = _services.Options;
        await Task.Delay(options.InitTimeout, _services.Clock, ct);
        if (!_isAcknowledged)
        {
            await CloseAsync(SocketClose.InitTimeout);
            return;
        }

        using var timer = new PeriodicTimer(options.PingInterval, _services.Clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            if (_services.Clock.GetElapsedTime(Volatile.Read(ref _lastReceived)) > options.IdleTimeout)
            {
                await CloseAsync(SocketClose.Idle);
                return;
            }

            await _writer.SendPingAsync();
        }
    }
}
