using System.Globalization;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>
/// A connection of its own for reads that wait: on the shared one, everybody would wait behind them. Opened by the first read.
/// </summary>
public sealed class BlockingRedis(string configuration) : IAsyncDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private ConnectionMultiplexer? connection;

    internal async Task<RedisResult> ReadStreamAsync(string stream, string after, int count, TimeSpan block, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            connection ??= await ConnectAsync(ct);

            // BLOCK 0 would wait forever.
            var milliseconds = Math.Clamp((long)block.TotalMilliseconds, 1, 5000).ToString(CultureInfo.InvariantCulture);
            return await connection.GetDatabase()
                .ExecuteAsync("XREAD", "COUNT", count.ToString(CultureInfo.InvariantCulture), "BLOCK", milliseconds, "STREAMS", stream, after)
                .WaitAsync(ct);
        }
        finally
        {
            one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        one.Dispose();
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken ct)
    {
        var options = RedisConnections.Options(configuration);
        options.AsyncTimeout = 10_000;

        // RESP3 answers XREAD with a map instead of an array of pairs.
        options.Protocol = RedisProtocol.Resp2;
        return await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(ct);
    }
}

/// <summary>How this module connects to Redis.</summary>
internal static class RedisConnections
{
    internal static ConfigurationOptions Options(string configuration)
    {
        var options = ConfigurationOptions.Parse(configuration);

        // Redis may come later, go and come back: hosts start without it, and commands fail at once while it is away.
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = 2000;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.AllowAdmin = false;
        return options;
    }
}
