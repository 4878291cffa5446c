using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Batches;

/// <summary>Where a batch stands.</summary>
public enum BatchState
{
    /// <summary>No batch of that id: never stored, or older than what is kept.</summary>
    Unknown = 0,

    /// <summary>Durable, not applied yet.</summary>
    Received = 1,

    /// <summary>Failed and will be tried again.</summary>
    WaitingForRetry = 2,

    /// <summary>Every event has its place.</summary>
    Applied = 3,

    /// <summary>Applied, but for events that were split off into batches of their own.</summary>
    Split = 4,

    /// <summary>Given up: its events are dead letters.</summary>
    Parked = 5,
}

/// <summary>How far a batch has come.</summary>
/// <param name="State">Of a split batch: that of its parts that came least far.</param>
/// <param name="IsPublished">Whether Redis has what the batch changed. False also while nothing is applied.</param>
public sealed record BatchStanding(BatchState State, bool IsPublished)
{
    public static BatchStanding Unknown { get; } = new(BatchState.Unknown, false);
}

/// <summary>Tells how far a position has come. The batch row is the truth; the change stream only announces it sooner.</summary>
public sealed class BatchProgress(NpgsqlDataSource dataSource)
{
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<BatchState> GetAsync(Position position, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var command = dataSource.CreateCommand("select state from event_batches where batch_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = position.BatchId });
        return await command.ExecuteScalarAsync(ct) is string state ? Enum.Parse<BatchState>(state) : BatchState.Unknown;
    });

    /// <summary>The same with the parts of a split batch, and whether readers of Redis see it.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<BatchStanding> StandingAsync(Position position, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        const string Self = "select state, outgoing is null from event_batches where batch_id = $1";
        // A part is made after the batch it was split off from, and ids grow with time: the range spares the older partitions.
        const string Parts = "select state, outgoing is null from event_batches where batch_id >= $1 and parent_id = $1";
        var standing = await StandingAsync(Self, position, ct);
        if (standing.State != BatchState.Split)
        {
            return standing;
        }

        var parts = await StandingAsync(Parts, position, ct);
        return parts.State == BatchState.Unknown ? standing : parts with { IsPublished = parts.IsPublished && standing.IsPublished };
    });

    private async Task<BatchStanding> StandingAsync(string sql, Position position, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = position.BatchId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        BatchStanding? least = null;
        while (await reader.ReadAsync(ct))
        {
            var state = Enum.Parse<BatchState>(reader.GetString(0));
            var isPublished = reader.GetBoolean(1) && state is not (BatchState.Received or BatchState.WaitingForRetry);
            least = least is null || state < least.State ? new BatchStanding(state, isPublished && least?.IsPublished != false)
                : least with { IsPublished = least.IsPublished && isPublished };
        }

        return least ?? BatchStanding.Unknown;
    }
}
