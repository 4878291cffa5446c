using Freshet.Profiles.Batches;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Profiles;

/// <summary>Either the parts or the reasons why nothing was parted.</summary>
public sealed record UnmergeProfilePayload(IReadOnlyList<ProfileNode> Profiles, IReadOnlyList<Refusal> Errors);

/// <summary>Mutation <c>unmergeProfile</c>: parts identities that do not belong to a person, with their traits and events.</summary>
public sealed class UnmergeProfile(ProfileReader reader, ProfileKeys keys, ProfileQueries queries, IdentityMerges merges, BatchPublisher publisher)
{
    public async Task<UnmergeProfilePayload> RunAsync(ProfileKeyInput by, IReadOnlyList<IdentityInput> identities, string caller, CancellationToken ct)
    {
        var document = keys.Of(by) is { } key ? (await reader.GetStoredAsync([key], ct))[0] : null;
        if (document is null)
        {
            return Refused(new ProfileNotFound("Nobody has that key."));
        }

        if (Parted(document, identities, out var refusal) is not { } parted)
        {
            return Refused(refusal!);
        }

        var result = await merges.UnmergeAsync(document.Id, parted, caller, ct);
        if (result is null)
        {
            return Refused(new ProfileNotFound("The profile was merged or erased meanwhile. Look it up again."));
        }

        // Redis away: the relay publishes it later; the database already has it, and that is what this answer reads.
        await publisher.PublishAsync(result.BatchId, ct);
        var profiles = await queries.RefreshAsync(result.ProfileIds, ct);
        return new UnmergeProfilePayload([.. result.ProfileIds.Select(id => profiles[id]).OfType<ProfileNode>()], []);
    }

    private static UnmergeProfilePayload Refused(Refusal refusal) => new([], [refusal]);

    private List<IdentityKey>? Parted(ProfileDocument document, IReadOnlyList<IdentityInput> identities, out Refusal? refusal)
    {
        var known = document.Identities.Select(identity => (identity.Namespace, identity.Value)).ToHashSet();
        var parted = new List<IdentityKey>();
        var missing = new List<string>();
        foreach (var identity in identities)
        {
            if (keys.Identity(identity.Namespace, identity.Value) is { } key && known.Contains((key.Namespace, key.Value)))
            {
                parted.Add(key);
            }
            else
            {
                missing.Add(identity.Namespace);
            }
        }

        refusal = identities.Count == 0 ? new InvalidSelection("identities is empty: name those to part from the rest.")
            : missing.Count > 0 ? new IdentitiesNotFound("The profile does not have these identities: look at its identities.", missing)
            : parted.Count >= known.Count ? new InvalidSelection("These are all identities of the profile: nothing would be left to part them from.")
            : null;
        return refusal is null ? parted : null;
    }
}
