using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>Readers and the publisher judge Redis apart: a read that came too late says little about a write that has more time.</summary>
public sealed class RedisCircuits(IOptions<FreshOptions> options, TimeProvider time, ILogger<RedisCircuit> logger)
{
    // A busy machine makes single reads late. Sending everybody to PostgreSQL for that would make it busier.
    private const int LateReadsInARow = 5;

    internal RedisCircuit Reads { get; } = new(options.Value.CircuitBreak, LateReadsInARow, time, logger);

    internal RedisCircuit Writes { get; } = new(options.Value.CircuitBreak, 1, time, logger);
}

/// <summary>
/// Keeps a missing or frozen Redis from slowing its users down: a lost connection, or several calls in a row that exceed their budget, open
/// the circuit, and for a moment nobody asks Redis; then a single call tries.
/// </summary>
public sealed partial class RedisCircuit(TimeSpan duration, int lateCallsInARow, TimeProvider time, ILogger<RedisCircuit> logger)
{
    private long openUntil;
    private int probing;
    private int late;

    /// <summary>The answer, or false if Redis is away, too slow, or being left alone.</summary>
    /// <param name="call">Asks Redis.</param>
    /// <param name="budget">How long it may take.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="callers">How many wait for this call: as many are late when it is.</param>
    internal async ValueTask<(bool Answered, T Value)> TryAsync<T>(Func<Task<T>> call, TimeSpan budget, CancellationToken ct, int callers = 1)
    {
        var until = Volatile.Read(ref openUntil);
        var isProbe = until != 0;
        if (isProbe && (time.GetTimestamp() < until || Interlocked.Exchange(ref probing, 1) == 1))
        {
            return (false, default!);
        }

        try
        {
            var value = await WithinAsync(call(), budget, ct);
            Close();
            return (true, value);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (isProbe || failure is not TimeoutException || Interlocked.Add(ref late, callers) >= lateCallsInARow)
            {
                Open(failure);
            }

            return (false, default!);
        }
        finally
        {
            if (isProbe)
            {
                Volatile.Write(ref probing, 0);
            }
        }
    }

    private static async Task<T> WithinAsync<T>(Task<T> call, TimeSpan budget, CancellationToken ct)
    {
        try
        {
            return await call.WaitAsync(budget, ct);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            // Should it still fail, that has been dealt with already.
            _ = call.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    private void Close()
    {
        Volatile.Write(ref late, 0);
        if (Interlocked.Exchange(ref openUntil, 0) != 0)
        {
            Log.Closed(logger);
        }
    }

    private void Open(Exception failure)
    {
        var until = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
        if (Interlocked.Exchange(ref openUntil, until) == 0)
        {
            Log.Opened(logger, failure.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis does not answer ({Failure}): profiles come from PostgreSQL until it does", EventName = "redis.away")]
        internal static partial void Opened(ILogger logger, string failure);

        [LoggerMessage(2, LogLevel.Information, "Redis answers again", EventName = "redis.back")]
        internal static partial void Closed(ILogger logger);
    }
}
