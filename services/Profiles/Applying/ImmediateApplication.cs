using Freshet.Profiles.Batches;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Applying;

/// <summary>
/// Takes a small batch the whole way at once, for a reader who waits for it: durable, applied, published. It is a batch like any other: what stops
/// on the way is found by Processing's relay, and finished, retried or parked there.
/// </summary>
public sealed class ImmediateApplication(EventLog log, BatchApplication application, BatchPublisher publisher, NpgsqlDataSource dataSource)
{
    /// <summary>What applying came to; null: the batch is durable, and the rest is left to Processing.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away; the batch may be durable or not.</exception>
    public async Task<ApplyBatchResult?> RunAsync(EventBatch batch, CancellationToken ct)
    {
        await log.AppendAsync(batch, ct);
        if (await ApplyAsync(batch.BatchId, ct) is not { } result)
        {
            return null;
        }

        // False, Redis is away: the relay publishes it.
        await publisher.PublishAsync(batch.BatchId, ct);
        return result;
    }

    private async Task<ApplyBatchResult?> ApplyAsync(Guid batchId, CancellationToken ct)
    {
        try
        {
            await using var session = await ProfileSession.OpenAsync(dataSource, ct);
            var result = await application.ApplyAsync(session, batchId, ct);
            await session.CommitAsync(ct);
            return result;
        }
        catch (Exception failure) when (failure is EventApplyException || StoreErrors.IsConflict(failure))
        {
            return null;
        }
    }
}
