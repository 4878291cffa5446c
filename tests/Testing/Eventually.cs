namespace Freshet.Testing;

/// <summary>Waits for a condition of the real world, bounded; the only way in which tests wait.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns the first value that <paramref name="read"/> gives and <paramref name="isThere"/> accepts.</summary>
    /// <exception cref="TimeoutException">It did not come in time; the message holds the last value.</exception>
    public static async Task<T> GetAsync<T>(
        Func<CancellationToken, Task<T>> read, Func<T, bool> isThere, string what, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(15);
        using var timeout = new CancellationTokenSource(limit);
        using var timer = new PeriodicTimer(Interval);
        var seen = "nothing";
        try
        {
            while (true)
            {
                var value = await read(timeout.Token);
                if (isThere(value))
                {
                    return value;
                }

                seen = $"{value}";
                await timer.WaitForNextTickAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException late) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s in vain for: {what}. Last seen: {seen}", late);
        }
    }

    /// <summary>Waits until the condition holds.</summary>
    public static Task TrueAsync(Func<CancellationToken, Task<bool>> condition, string what, TimeSpan? within = null) =>
        GetAsync(condition, holds => holds, what, within);
}
