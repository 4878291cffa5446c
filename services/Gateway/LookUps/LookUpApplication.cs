using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Gateway.LookUps;

/// <summary>Takes an answer the way of every event, only at once: durable, applied, published. What stops on the way is finished by Processing, whose
/// relay finds the batch.</summary>
public sealed class LookUpApplication(
    EventLog log, BatchApplication application, BatchPublisher publisher, ProfileReader reader, NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<LookUpOutcome> ApplyAsync(RawEvent answer, Guid profileId, CancellationToken ct)
    {
        var batch = new EventBatch { BatchId = Guid.CreateVersion7(time.GetUtcNow()), Events = [answer] };
        await log.AppendAsync(batch, ct);
        if (await ApplyAsync(batch.BatchId, ct) is not { } result)
        {
            return new LookUpOutcome(LookUpResult.Pending);
        }

        // Redis away: the relay publishes it. The reader at hand gets the document below.
        await publisher.PublishAsync(batch.BatchId, ct);
        return result is ApplyBatchResult.Applied { Parked: > 0 }
            ? new LookUpOutcome(LookUpResult.Rejected)
            : new LookUpOutcome(LookUpResult.Refreshed, (await reader.GetStoredAsync([new ProfileKey.ById(profileId)], ct))[0]);
    }

    // Null: it failed, and Processing will try again and park it in the end.
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
