using GraphQL;

namespace Freshet.Gateway.Execution.Subscriptions;

/// <summary>The answers of one subscription, one per event, computed when they are read.</summary>
public sealed class ResponseStream(IObservable<object?> source, Func<object?, CancellationToken, Task<ExecutionResult>> run)
    : IObservable<ExecutionResult>
{
    public async IAsyncEnumerable<ExecutionResult> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var events = source is PulledSource pulled ? pulled.ReadAsync(ct) : PushedSource.ReadAsync(source, ct);
        await foreach (var value in events)
            yield return await run(value, ct);
    }

    IDisposable IObservable<ExecutionResult>.Subscribe(IObserver<ExecutionResult> observer) =>
        throw new NotSupportedException("Responses are pulled: read them with ReadAsync.");
}
