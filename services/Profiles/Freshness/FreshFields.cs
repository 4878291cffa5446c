using System.Security.Cryptography;
using System.Text.Json;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>What Redis said about one profile.</summary>
/// <param name="Answered">Whether it said anything in time.</param>
/// <param name="Fields">The profile; null if Redis does not have it, or has it in a way that only the long way understands.</param>
internal readonly record struct FreshAnswer(bool Answered, ProfileFields? Fields);

/// <summary>
/// The short way to one profile: one round trip, one seal, one pass. Where the profile of an identity was found last is remembered, so that a later
/// read is a plain GET instead of a script; what is found there says itself whether it still bears the identity.
/// </summary>
public sealed class FreshFields(
    FreshReads reads, IConnectionMultiplexer redis, RedisCircuits circuits, KeyRing keys, ProfileHints hints, IOptions<FreshOptions> options)
{
    private readonly TimeSpan budget = options.Value.ReadBudget;
    private readonly IDatabase database = redis.GetDatabase();

    internal async ValueTask<FreshAnswer> ReadAsync(ProfileKey key, CancellationToken ct)
    {
        if (key is ProfileKey.ById byId)
        {
            return await ReadAsync(byId.ProfileId, bearer: null, ct);
        }

        var identity = ((ProfileKey.ByIdentity)key).Identity;
        if (hints.TryGet(identity.Id, out var hinted))
        {
            var answer = await ReadAsync(hinted, identity, ct);
            if (!answer.Answered || answer.Fields is not null)
            {
                return answer;
            }
        }

        var (answered, found) = await circuits.Reads.TryAsync(() => FetchAsync(identity.Id), budget, ct);
        if (!answered || await OpenAsync(found.ProfileId, found.Bytes, identity, ct) is not { } fields)
        {
            return new FreshAnswer(answered, null);
        }

        hints.Set(identity.Id, found.ProfileId);
        return new FreshAnswer(true, fields);
    }

    private async ValueTask<FreshAnswer> ReadAsync(Guid profileId, IdentityKey? bearer, CancellationToken ct)
    {
        var (answered, value) = await reads.GetAsync(profileId, ct);
        return new FreshAnswer(answered, answered ? await OpenAsync(profileId, value, bearer, ct) : null);
    }

    private async Task<(Guid ProfileId, byte[]? Bytes)> FetchAsync(Guid identityId)
    {
        var answer = await database.ScriptEvaluateAsync(FreshScripts.ReadOneByIdentity, [FreshKeys.Identity(identityId)]);
        return answer.Length == 2 && Guid.TryParseExact((string?)answer[0], "N", out var id) ? (id, (byte[]?)answer[1]) : default;
    }

    // What does not open, does not bear the identity (null: any may do), is a redirect or no profile at all is left to the long way, which knows what
    // to do about it.
    private async ValueTask<ProfileFields?> OpenAsync(Guid profileId, byte[]? value, IdentityKey? bearer, CancellationToken ct)
    {
        if (value is null || !FreshKeys.IsWellFormed(value) || FreshKeys.KeyIdOf(value) is var keyId && keyId == Guid.Empty)
        {
            return null;
        }

        try
        {
            var key = await keys.GetAsync(keyId, ct);
            var fields = ProfileFields.Parse(FreshKeys.OpenText(profileId, value, key));
            return bearer is null || fields.Has(bearer.Namespace, bearer.Value) ? fields : null;
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException or SealingException)
        {
            return null;
        }
    }
}
