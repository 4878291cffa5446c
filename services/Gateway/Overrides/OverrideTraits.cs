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
    public async Task<OverridePayload> SetAsync(SetOverrideInput input, string caller, CancellationToken ct)
    {
        if (rules.Check(input, caller, out var refusal) is not { } wanted)
        {
            return Refused(refusal!);
        }

        return await ChangeAsync(input.By, (profileId, subject) => overrides.SetAsync(profileId, subject, wanted, ct), ct);
    }

    public Task<OverridePayload> RemoveAsync(ProfileKeyInput by, string trait, string caller, CancellationToken ct) =>
        ChangeAsync(by, (profileId, subject) => overrides.RemoveAsync(profileId, subject, trait, caller, ct), ct);

    private async Task<OverridePayload> ChangeAsync(ProfileKeyInput by, Func<Guid, Guid, Task<OverrideResult?>> change, CancellationToken ct)
    {
        var document = keys.Of(by) is { } key ? (await reader.GetStoredAsync([key], ct))[0] : null;
        if (document is not { Identities: [var strongest, ..] } || keys.Identity(strongest.Namespace, strongest.Value) is not { } subject)
        {
            return Refused(new ProfileNotFound("Nobody has that key."));
        }

        if (await change(document.Id, subject.Id) is not { } result)
        {
            return Refused(new NothingSelected("Nothing is set by hand for that trait of the profile: look at its overrides."));
        }

        // Redis away: the relay publishes it later; the database already has it, and that is what this answer reads.
        await publisher.PublishAsync(result.BatchId, ct);
        return new OverridePayload((await queries.RefreshAsync([result.ProfileId], ct))[result.ProfileId], []);
    }

    private static OverridePayload Refused(Refusal refusal) => new(null, [refusal]);
}
