using Freshet.Gateway.Execution;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Profiles;

/// <summary>A profile that a field asks for.</summary>
/// <param name="Key">Whom; null: nobody can have that key.</param>
/// <param name="PastCache">Whether it must come from the database, because the cache may be behind what was asked for.</param>
public readonly record struct ProfileRequest(ProfileKey? Key, bool PastCache);

/// <summary>Reads profiles for queries, mutations and subscriptions. Lists in, lists out: one call of the read side each.</summary>
public sealed class ProfileQueries(ProfileReader reader, ProfileKeys keys, PositionGate positions, TimeProvider clock)
{
    /// <summary>What to load for these keys, after having waited for a position.</summary>
    public async Task<IReadOnlyList<ProfileRequest>> RequestAsync(
        IReadOnlyList<ProfileKeyInput> by, string? after, AnswerExtensions extensions, CancellationToken ct)
    {
        ProfileKey?[] wanted = [.. by.Select(keys.Of)];
        var pastCache = after is not null && await ReachAsync(after, extensions, ct);
        return [.. wanted.Select(key => new ProfileRequest(key, pastCache))];
    }

    /// <summary>Loads what the fields of one level asked for: one call for those that the cache may answer, one for the others.</summary>
    public async Task<IReadOnlyDictionary<ProfileRequest, ProfileNode?>> LoadAsync(IReadOnlyList<ProfileRequest> requests, CancellationToken ct)
    {
        var found = new Dictionary<ProfileRequest, ProfileNode?>(requests.Count);
        foreach (var group in requests.Where(request => request.Key is not null).GroupBy(request => request.PastCache))
        {
            ProfileRequest[] wanted = [.. group];
            ProfileKey[] keysWanted = [.. wanted.Select(request => request.Key!)];
            var documents = group.Key ? await reader.GetStoredAsync(keysWanted, ct) : await reader.GetAsync(keysWanted, ct);
            foreach (var (request, document) in wanted.Zip(documents))
            {
                found[request] = Node(document);
            }
        }

        return found;
    }

    /// <summary>Profiles as the database has them now, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, ProfileNode?>> RefreshAsync(IReadOnlyList<Guid> profileIds, CancellationToken ct)
    {
        var documents = await reader.GetStoredAsync([.. profileIds.Select(id => new ProfileKey.ById(id))], ct);
        return profileIds.Zip(documents).ToDictionary(pair => pair.First, pair => Node(pair.Second));
    }

    /// <summary>A profile at this version or a later one; null when it is gone.</summary>
    public async Task<ProfileNode?> AtLeastAsync(Guid profileId, long version, CancellationToken ct)
    {
        ProfileKey[] key = [new ProfileKey.ById(profileId)];
        var document = (await reader.GetAsync(key, ct))[0];
        var isBehind = document is null || (document.Id == profileId && document.Version < version);
        return Node(isBehind ? (await reader.GetStoredAsync(key, ct))[0] : document);
    }

    private async Task<bool> ReachAsync(string after, AnswerExtensions extensions, CancellationToken ct)
    {
        var outcome = await positions.WaitAsync(after, ct);
        if (!outcome.IsApplied)
        {
            extensions.Set("position", new Dictionary<string, object?>
            {
                ["position"] = outcome.Position.ToString(),
                ["applied"] = false,
                ["state"] = StateName(outcome),
            });
        }

        return outcome.IsOnlyStored;
    }

    private static string StateName(PositionOutcome outcome) => outcome.Standing?.State switch
    {
        null => "UNREACHABLE",
        BatchState.WaitingForRetry => "WAITING_FOR_RETRY",
        { } state => state.ToString().ToUpperInvariant(),
    };

    private ProfileNode? Node(ProfileDocument? document) => document is null ? null : new ProfileNode(document, clock.GetUtcNow());
}
