using System.Text.Json;
using Freshet.Gateway.Profiles;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Overrides;

/// <summary>Arguments of <c>setOverride</c>.</summary>
public sealed record SetOverrideInput(ProfileKeyInput By, string Trait, JsonElement Value, string Reason, DateTimeOffset ExpiresAt);

/// <summary>Either the profile as it is now or the reasons why nothing was done.</summary>
public sealed record OverridePayload(ProfileNode? Profile, IReadOnlyList<Refusal> Errors);

/// <summary>Mutations <c>setOverride</c> and <c>removeOverride</c>: a trait's value by hand, for a while.</summary>
public sealed class OverrideTraits(ProfileReader reader, ProfileKeys keys, ProfileQueries queries, TraitOverrides overrides, BatchPublisher publisher, OverrideRules rules)
{
    private static readonly ProfileNotFound Unknown = new("Nobody has that key.");
    private static readonly NothingSelected NothingSet = new("Nothing is set by hand for that trait of the profile: look at its overrides.");

    public async Task<OverridePayload> SetAsync(SetOverrideInput input, string caller, CancellationToken ct)
    {
        if (rules.Check(input, caller, out var refusal) is not { } wanted)
        {
            return Refused(refusal!);
        }

        return await ChangeAsync(input.By, (profileId, identity) => overrides.SetAsync(profileId, identity, wanted, ct), Unknown, ct);
    }

    public Task<OverridePayload> RemoveAsync(ProfileKeyInput by, string trait, string caller, CancellationToken ct) =>
        ChangeAsync(by, (profileId, identity) => overrides.RemoveAsync(profileId, identity, trait, caller, ct), NothingSet, ct);

    private async Task<OverridePayload> ChangeAsync(
        ProfileKeyInput by, Func<Guid, Guid?, Task<OverrideResult?>> change, Refusal nothingDone, CancellationToken ct)
    {
        var key = keys.Of(by);
        if (key is null || (await reader.GetStoredAsync([key], ct))[0] is not { } document)
        {
            return Refused(Unknown);
        }

        if (await change(document.Id, (key as ProfileKey.ByIdentity)?.Identity.Id) is not { } result)
        {
            return Refused(nothingDone);
        }

        // Redis away: the relay publishes it later; the database already has it, and that is what this answer reads.
        await publisher.PublishAsync(result.BatchId, ct);
        return new OverridePayload((await queries.RefreshAsync([result.ProfileId], ct))[result.ProfileId], []);
    }

    private static OverridePayload Refused(Refusal refusal) => new(null, [refusal]);
}
