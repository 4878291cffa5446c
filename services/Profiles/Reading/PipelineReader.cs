using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Reading;

/// <summary>How events flow right now.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="ReceivedPerSecond">Events accepted over the last 10 seconds, per second.</param>
/// <param name="AppliedPerSecond">Events applied over the last 10 seconds, per second.</param>
/// <param name="Waiting">Events accepted and not applied yet.</param>
/// <param name="Parked">Dead letters that wait for someone.</param>
/// <param name="Lag">How long the oldest event that is not applied has waited; zero when none waits.</param>
/// <param name="PublishLag">How long the oldest applied batch that readers of Redis do not see has waited; zero when none waits.</param>
public sealed record PipelineState(
    DateTimeOffset At, double ReceivedPerSecond, double AppliedPerSecond, long Waiting, long Parked, TimeSpan Lag, TimeSpan PublishLag);

/// <summary>Measures the pipeline from the batch rows, without touching events.</summary>
public sealed class PipelineReader(NpgsqlDataSource dataSource, TimeProvider clock)
{
    private const int WindowSeconds = 10;

    // A batch that was applied just now and received longer ago than this does not count for the applied rate: a backlog
    // older than this is better seen in the lag.
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(15);

    private const string Sql = """
        with recent as (
          select received_at, applied_at, event_count, kind from event_batches where batch_id >= $2),
        open as (
          select coalesce(sum(event_count), 0)::bigint as events, min(received_at) as since
          from event_batches where state in ('Received', 'WaitingForRetry'))
        select (select coalesce(sum(event_count), 0)::bigint from recent where kind = 'received' and received_at > $1 - make_interval(secs => $3)),
               (select coalesce(sum(event_count), 0)::bigint from recent where applied_at > $1 - make_interval(secs => $3)),
               open.events,
               (select count(*) from dead_letters where state = 'Parked'),
               open.since,
               (select min(applied_at) from event_batches where outgoing is not null)
        from open
        """;

    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<PipelineState> ReadAsync(CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        var now = clock.GetUtcNow();
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = FirstIdOf(now - Oldest) });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = WindowSeconds });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new PipelineState(
            now,
            reader.GetInt64(0) / (double)WindowSeconds,
            reader.GetInt64(1) / (double)WindowSeconds,
            reader.GetInt64(2),
            reader.GetInt64(3),
            await SinceAsync(reader, 4, now, ct),
            await SinceAsync(reader, 5, now, ct));
    });

    private static async Task<TimeSpan> SinceAsync(NpgsqlDataReader reader, int column, DateTimeOffset now, CancellationToken ct)
    {
        var since = await reader.IsDBNullAsync(column, ct) ? now : reader.GetFieldValue<DateTimeOffset>(column);
        return since < now ? now - since : TimeSpan.Zero;
    }

    // The smallest UUIDv7 of an instant: batch ids sort by time.
    private static Guid FirstIdOf(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        return new Guid(bytes, bigEndian: true);
    }
}
