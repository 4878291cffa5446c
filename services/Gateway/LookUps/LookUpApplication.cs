using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Storage;

namespace Freshet.Gateway.LookUps;

/// <summary>Applies what a source answered, and reads what the profile is then.</summary>
public sealed class LookUpApplication(ImmediateApplication application, ProfileReader reader, TimeProvider time)
{
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<LookUpOutcome> ApplyAsync(RawEvent answer, Guid profileId, CancellationToken ct) =>
        await application.RunAsync(new EventBatch { BatchId = Guid.CreateVersion7(time.GetUtcNow()), Events = [answer] }, ct) switch
        {
            null => new LookUpOutcome(LookUpResult.Pending),
            ApplyBatchResult.Applied { Parked: > 0 } => new LookUpOutcome(LookUpResult.Rejected),
            _ => await ReadAsync(LookUpResult.Refreshed, profileId, ct),
        };

    /// <summary>The profile as it is stored now.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<LookUpOutcome> ReadAsync(LookUpResult result, Guid profileId, CancellationToken ct) =>
        new(result, (await reader.GetStoredAsync([new ProfileKey.ById(profileId)], ct))[0]);
}
