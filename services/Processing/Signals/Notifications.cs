using Freshet.Processing.Failing;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Enriching;
using Npgsql;

namespace Freshet.Processing.Signals;

/// <summary>
/// Listens to what PostgreSQL's transactions announce and rings the loops. A notification is only a hint: the loops also look by
/// themselves now and then, so a connection that was away loses nothing but a moment.
/// </summary>
public sealed partial class Notifications(
    NpgsqlDataSource dataSource,
    [FromKeyedServices(Notifications.RetryChanged)] Doorbell retryChanged,
    [FromKeyedServices(Notifications.BatchReady)] Doorbell batchReady,
    [FromKeyedServices(EnrichmentOrders.Channel)] Doorbell enrichmentOrdered,
    TimeProvider time,
    ILogger<Notifications> logger)
    : BackgroundService
{
    /// <summary>A batch was scheduled to be tried again.</summary>
    public const string RetryChanged = "retry_changed";

    /// <summary>A batch was made inside the database, by a replay.</summary>
    public const string BatchReady = ReplayBatches.Channel;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A dead peer that sent no farewell would be waited for forever; a round trip now and then finds out.</summary>
    private const int KeepAliveMilliseconds = 15_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception failure) when (Failures.IsTransient(failure) && !stoppingToken.IsCancellationRequested)
            {
                Log.Away(logger, Failures.CodeOf(failure));
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        connection.Notification += (_, notification) => Ring(notification.Channel);
        await using (var listen = new NpgsqlCommand($"listen {RetryChanged}; listen {BatchReady}; listen {EnrichmentOrders.Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        // What was announced while nobody listened.
        Ring(RetryChanged);
        Ring(BatchReady);
        Ring(EnrichmentOrders.Channel);
        while (true)
        {
            if (!await connection.WaitAsync(KeepAliveMilliseconds, ct))
            {
                await using var probe = new NpgsqlCommand("select 1", connection);
                await probe.ExecuteScalarAsync(ct);
            }
        }
    }

    private void Ring(string channel)
    {
        var bell = channel switch
        {
            RetryChanged => retryChanged,
            BatchReady => batchReady,
            _ => enrichmentOrdered,
        };
        bell.Ring();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cannot listen to PostgreSQL ({Code}); the loops poll until it is back", EventName = "notifications.away")]
        public static partial void Away(ILogger logger, string code);
    }
}
