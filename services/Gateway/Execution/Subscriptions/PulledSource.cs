using GraphQL;
using GraphQL.Resolvers;

namespace Freshet.Gateway.Execution.Subscriptions;

/// <summary>
/// A source of subscription events that is pulled: the next event is asked for when the reader took the one before, so a slow
/// reader slows its source (which may conflate) and nothing is queued in between. The engine's own streams push.
/// </summary>
public sealed class PulledSource : IObservable<object?>
{
    private readonly Func<CancellationToken, IAsyncEnumerable<object?>> _open;

    private PulledSource(Func<CancellationToken, IAsyncEnumerable<object?>> open) => _open = open;

    public static PulledSource From<T>(IAsyncEnumerable<T> events) => new(ct => Box(events, ct));

    /// <summary>
    /// The resolver of a subscription field. The events are enumerated with the token of the subscription's life: take it as
    /// <c>[EnumeratorCancellation]</c>, not from the resolver's context, whose token ends with the start of the subscription.
    /// </summary>
    public static ISourceStreamResolver Resolver<T>(Func<IResolveFieldContext, IAsyncEnumerable<T>> events) =>
        new StreamResolver(context => new ValueTask<IObservable<object?>>(From(events(context))));

    /// <summary>As <see cref="Resolver{T}(Func{IResolveFieldContext, IAsyncEnumerable{T}})"/>, for a source that is opened asynchronously.</summary>
    public static ISourceStreamResolver Resolver<T>(Func<IResolveFieldContext, ValueTask<IAsyncEnumerable<T>>> events) =>
        new StreamResolver(async context => From(await events(context)));

    public IAsyncEnumerable<object?> ReadAsync(CancellationToken ct) => _open(ct);

    IDisposable IObservable<object?>.Subscribe(IObserver<object?> observer) =>
        throw new NotSupportedException($"A pulled source is read by {nameof(PullSubscriptionStrategy)}. Register that strategy for subscriptions.");

    private static async IAsyncEnumerable<object?> Box<T>(
        IAsyncEnumerable<T> events,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var value in events.WithCancellation(ct))
            yield return value;
    }

    private sealed class StreamResolver(Func<IResolveFieldContext, ValueTask<IObservable<object?>>> resolve) : ISourceStreamResolver
    {
        public ValueTask<IObservable<object?>> ResolveAsync(IResolveFieldContext context) => resolve(context);
    }
}
