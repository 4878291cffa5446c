using GraphQL.DataLoader;

namespace Freshet.Gateway.Execution;

/// <summary>
/// Loads what sibling fields ask for in one call. The engine defers fields that return <see cref="IDataLoaderResult"/> until
/// every other field of the level has run; the first result awaited then fetches all keys asked so far. Keys are
/// deduplicated for the life of the loader: make one per operation (a scoped service).
/// </summary>
/// <typeparam name="TKey">Key, compared by value.</typeparam>
/// <typeparam name="TValue">Value; a key that the fetch leaves out gives default.</typeparam>
public sealed class BatchLoader<TKey, TValue>
    where TKey : notnull
{
    private readonly Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> _fetch;
    private readonly int _maxBatchSize;
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Pending> _known;

    // Keys asked since the last fetch, in the order asked. Guarded by _gate.
    private List<Pending> _waiting = [];

    /// <param name="fetch">Loads the values of distinct keys; at most <paramref name="maxBatchSize"/> at once.</param>
    /// <param name="maxBatchSize">Keys of one fetch; more keys make more fetches, which run at the same time.</param>
    /// <param name="comparer">How keys are compared.</param>
    public BatchLoader(
        Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> fetch,
        int maxBatchSize = 500,
        IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        _fetch = fetch;
        _maxBatchSize = maxBatchSize;
        _known = new Dictionary<TKey, Pending>(comparer);
    }

    public IDataLoaderResult<TValue?> Load(TKey key)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known))
                return known;

            var pending = new Pending(this, key);
            _known.Add(key, pending);
            _waiting.Add(pending);
            return pending;
        }
    }

    private void Dispatch(CancellationToken ct)
    {
        List<Pending> waiting;
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return;
            waiting = _waiting;
            _waiting = [];
        }

        foreach (var batch in waiting.Chunk(_maxBatchSize))
            _ = FetchAsync(batch, ct);
    }

    // Never throws: what goes wrong is the result of every key of the batch.
    private async Task FetchAsync(Pending[] batch, CancellationToken ct)
    {
        try
        {
            ct.ThrowIfCancellationRequested();
            var values = await _fetch(Array.ConvertAll(batch, static pending => pending.Key), ct);
            foreach (var pending in batch)
                pending.Succeed(values.TryGetValue(pending.Key, out var value) ? value : default);
        }
        catch (OperationCanceledException canceled)
        {
            Forget(batch);
            foreach (var pending in batch)
                pending.Cancel(canceled.CancellationToken);
        }
        catch (Exception exception)
        {
            Forget(batch);
            foreach (var pending in batch)
                pending.Fail(exception);
        }
    }

    // A later field may ask a failed key again.
    private void Forget(Pending[] batch)
    {
        lock (_gate)
        {
            foreach (var pending in batch)
                _known.Remove(pending.Key);
        }
    }

    private sealed class Pending(BatchLoader<TKey, TValue> loader, TKey key) : IDataLoaderResult<TValue?>
    {
        // Asynchronous continuations: the first completed field must not run its subtree inside the fetch of its siblings.
        private readonly TaskCompletionSource<TValue?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TKey Key => key;

        public Task<TValue?> GetResultAsync(CancellationToken cancellationToken = default)
        {
            loader.Dispatch(cancellationToken);
            return _result.Task;
        }

        async Task<object?> IDataLoaderResult.GetResultAsync(CancellationToken cancellationToken) => await GetResultAsync(cancellationToken);

        public void Succeed(TValue? value) => _result.TrySetResult(value);

        public void Fail(Exception exception)
        {
            // A field that nobody awaits any more (its operation was canceled) must not report an unobserved exception.
            if (_result.TrySetException(exception))
                _ = _result.Task.Exception;
        }

        public void Cancel(CancellationToken ct) => _result.TrySetCanceled(ct);
    }
}
