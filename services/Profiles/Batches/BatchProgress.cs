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
}
