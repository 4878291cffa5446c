using GraphQL.DataLoader;

namespace Freshet.Gateway.Schema;

/// <summary>Works with values that are still being loaded together.</summary>
internal static class Deferred
{
    /// <summary>The value, turned into another once it is there.</summary>
    public static IDataLoaderResult Then<T>(this IDataLoaderResult<T> loaded, Func<T, object?> turn) => new Turned<T>(loaded, turn);

    /// <summary>The value, turned into another by a call that takes its time.</summary>
    public static IDataLoaderResult ThenAsync<T>(this IDataLoaderResult<T> loaded, Func<T, CancellationToken, Task<object?>> turn) => new TurnedLater<T>(loaded, turn);

    /// <summary>All values, in order.</summary>
    public static IDataLoaderResult All<T>(this IReadOnlyList<IDataLoaderResult<T>> loaded) => new Together<T>(loaded);

    private sealed class Turned<T>(IDataLoaderResult<T> loaded, Func<T, object?> turn) : IDataLoaderResult
    {
        public async Task<object?> GetResultAsync(CancellationToken cancellationToken = default) =>
            turn(await loaded.GetResultAsync(cancellationToken));
    }

    private sealed class TurnedLater<T>(IDataLoaderResult<T> loaded, Func<T, CancellationToken, Task<object?>> turn) : IDataLoaderResult
    {
        public async Task<object?> GetResultAsync(CancellationToken cancellationToken = default) =>
            await turn(await loaded.GetResultAsync(cancellationToken), cancellationToken);
    }

    private sealed class Together<T>(IReadOnlyList<IDataLoaderResult<T>> loaded) : IDataLoaderResult
    {
        public async Task<object?> GetResultAsync(CancellationToken cancellationToken = default) =>
            await Task.WhenAll(loaded.Select(one => one.GetResultAsync(cancellationToken)));
    }
}
