using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>A profile as Redis has it: the document, or the profile that took it over.</summary>
internal sealed record FreshProfile(Guid ProfileId, ProfileDocument? Document, Guid? MergedInto);

/// <summary>
/// Profiles in Redis, sealed. An older version never replaces a newer one, so any writer may write at any time: the publisher, the relay, and
/// readers that repair what is missing.
/// </summary>
public sealed class FreshProfiles(
    IConnectionMultiplexer redis, RedisCircuits circuits, FreshEpoch epoch, KeyRing keys, IdentityIndex index, IOptions<FreshOptions> options)
{
    private const int IdDigits = 32;

    private readonly FreshOptions settings = options.Value;

    /// <summary>Null: Redis did not answer in time. Entries are null where Redis knows nothing.</summary>
    internal async Task<FreshProfile?[]?> ReadAsync(IReadOnlyList<ProfileKey> wanted, CancellationToken ct)
    {
        var (answered, values) = await circuits.Reads.TryAsync(() => FetchAsync(wanted), settings.ReadBudget, ct);
        if (!answered)
        {
            return null;
        }

        var used = values.Where(value => value.Bytes is not null).Select(value => FreshKeys.KeyIdOf(value.Bytes)).Where(id => id != Guid.Empty);
        var sealingKeys = await keys.GetManyAsync(used, ct);
        return Array.ConvertAll(values, value => Open(value.ProfileId, value.Bytes, sealingKeys));
    }

    /// <summary>What documents that are read from now on are of; what was known before, while Redis is away.</summary>
    internal async ValueTask<string> EpochAsync(CancellationToken ct)
    {
        await circuits.Reads.TryAsync(LearnAsync, settings.ReadBudget, ct);
        return epoch.Known;
    }

    /// <summary>Writes documents, each only over a smaller version, and where their identities point. False: Redis is away, or lost what it had.</summary>
    /// <param name="documents">What PostgreSQL has.</param>
    /// <param name="of">What <see cref="EpochAsync"/> said before they were read.</param>
    /// <param name="budget">How long Redis may take.</param>
    /// <param name="ct">Ends the wait.</param>
    internal async Task<bool> WriteAsync(IReadOnlyList<ProfileDocument> documents, string of, TimeSpan budget, CancellationToken ct)
    {
        if (documents.Count == 0)
        {
            return true;
        }

        var key = await keys.CurrentAsync(KeyPurpose.Cache, ct);
        var (answered, isTaken) = await circuits.Reads.TryAsync(() => StartWrite(redis.GetDatabase(), documents, [], of, key), budget, ct);
        return answered && isTaken;
    }

    /// <summary>Sends the write; does not wait for its answer, so that a caller can send more behind it. False: another epoch has begun.</summary>
    internal async Task<bool> StartWrite(
        IDatabaseAsync database, IReadOnlyList<ProfileDocument> documents, IReadOnlyList<ProfileRedirect> redirects, string of, DataKey key)
    {
        var names = new List<RedisKey>((documents.Count * 2) + 1);
        var values = new List<RedisValue>(((documents.Count + redirects.Count) * 2) + 1);
        names.AddRange(documents.Select(document => FreshKeys.Profile(document.Id)));
        names.AddRange(redirects.Select(redirect => FreshKeys.Profile(redirect.ProfileId)));
        names.AddRange(documents.SelectMany(Pointing).Select(identity => FreshKeys.Identity(index.Of(identity.Namespace, identity.Value))));
        values.AddRange(documents.Select(document => (RedisValue)FreshKeys.Value(document, key)));
        values.AddRange(redirects.Select(redirect => (RedisValue)FreshKeys.Value(redirect)));
        values.AddRange(documents.Select(document => (RedisValue)Pointing(document).Count));
        values.AddRange(redirects.Select(_ => (RedisValue)0));
        names.Add(FreshKeys.Unbroken);
        values.Add(of);
        return (long)await database.ScriptEvaluateAsync(FreshScripts.WriteIfNewer, [.. names], [.. values]) >= 0;
    }

    private async Task<bool> LearnAsync()
    {
        await epoch.LearnAsync(redis.GetDatabase());
        return true;
    }

    // Where an identity points is written when it changes. If Redis has lost it since, a reader finds that out and repairs it.
    private static IReadOnlyList<IdentityView> Pointing(ProfileDocument document) => document.KeepsIdentities ? [] : document.Identities;

    // Everything goes out together: one round trip for ids, identities, or both.
    private async Task<(Guid ProfileId, byte[]? Bytes)[]> FetchAsync(IReadOnlyList<ProfileKey> wanted)
    {
        var database = redis.GetDatabase();
        var found = new (Guid, byte[]?)[wanted.Count];
        var byId = Ordinals<ProfileKey.ById>(wanted);
        var byIdentity = Ordinals<ProfileKey.ByIdentity>(wanted);
        var documents = byId.Length == 0
            ? null
            : database.StringGetAsync(Array.ConvertAll(byId, i => FreshKeys.Profile(((ProfileKey.ById)wanted[i]).ProfileId)));
        var pointed = byIdentity.Length == 0
            ? null
            : database.ScriptEvaluateAsync(
                FreshScripts.ReadByIdentity, Array.ConvertAll(byIdentity, i => FreshKeys.Identity(((ProfileKey.ByIdentity)wanted[i]).Identity.Id)));

        if (documents is not null)
        {
            var values = await documents;
            for (var i = 0; i < byId.Length; i++)
            {
                found[byId[i]] = (((ProfileKey.ById)wanted[byId[i]]).ProfileId, WellFormed((byte[]?)values[i]));
            }
        }

        if (pointed is not null)
        {
            var values = (RedisResult[])(await pointed)!;
            for (var i = 0; i < byIdentity.Length; i++)
            {
                found[byIdentity[i]] = Pointed((byte[]?)values[i]);
            }
        }

        return found;
    }

    private static int[] Ordinals<T>(IReadOnlyList<ProfileKey> wanted) => [.. Enumerable.Range(0, wanted.Count).Where(i => wanted[i] is T)];

    private static (Guid ProfileId, byte[]? Bytes) Pointed(byte[]? value) =>
        value is not null && value.Length > IdDigits && Guid.TryParseExact(Encoding.ASCII.GetString(value, 0, IdDigits), "N", out var id)
            ? (id, WellFormed(value[IdDigits..]))
            : default;

    private static byte[]? WellFormed(byte[]? value) => value is not null && FreshKeys.IsWellFormed(value) ? value : null;

    // A value whose key is gone, or that does not open, is as good as none: PostgreSQL has the truth, and the reader repairs it.
    private static FreshProfile? Open(Guid profileId, byte[]? value, IReadOnlyDictionary<Guid, DataKey> sealingKeys)
    {
        if (value is null)
        {
            return null;
        }

        var keyId = FreshKeys.KeyIdOf(value);
        if (keyId == Guid.Empty)
        {
            return new FreshProfile(profileId, null, FreshKeys.RedirectOf(value));
        }

        try
        {
            return sealingKeys.TryGetValue(keyId, out var key) ? new FreshProfile(profileId, FreshKeys.Open(profileId, value, key), null) : null;
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
