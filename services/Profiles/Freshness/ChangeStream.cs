using System.Security.Cryptography;
using System.Text.Json;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>One entry of the change stream.</summary>
/// <param name="Cursor">Its place; text of the form <c>milliseconds-sequence</c>, opaque to clients.</param>
/// <param name="BatchId">The batch that was applied.</param>
/// <param name="Change">What changed; null if the batch changed no profile: the entry then only announces the batch.</param>
public sealed record ChangeEntry(string Cursor, Guid BatchId, ProfileChange? Change);

/// <summary>
/// The cluster-wide stream of committed changes, in Redis, trimmed to about a million entries. A batch that changed no profile has one entry
/// without a change, so every applied batch is announced. A batch can be in it twice (a relay repeats what nobody confirmed): readers compare versions.
/// </summary>
public sealed class ChangeStream(IConnectionMultiplexer redis, BlockingRedis blocking, FreshEpoch epoch, KeyRing keys, IOptions<FreshOptions> options)
{
    /// <summary>A cursor before every entry.</summary>
    public const string Beginning = "0-0";

    private readonly FreshOptions settings = options.Value;

    /// <summary>Entries after <paramref name="cursor"/>, oldest first; waits up to <paramref name="block"/> for the first one (zero: does not wait). Empty: none came.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task<IReadOnlyList<ChangeEntry>> ReadAsync(string cursor, int count, TimeSpan block, CancellationToken ct)
    {
        // One reader per process waits; whoever does not wait must not queue behind it.
        var answer = block > TimeSpan.Zero
            ? await blocking.ReadStreamAsync(FreshKeys.Changes, cursor, count, block, ct)
            : await redis.GetDatabase().ExecuteAsync("XREAD", "COUNT", count, "STREAMS", FreshKeys.Changes, cursor).WaitAsync(ct);
        if (answer.IsNull)
        {
            return [];
        }

        // RESP2 answers a list of (stream, entries), RESP3 a map from stream to entries.
        var streams = (RedisResult[])answer!;
        var entries = streams[0].Resp2Type == ResultType.Array ? ((RedisResult[])streams[0]!)[1] : streams[1];
        return await OpenAsync((RedisResult[])entries!, ct);
    }

    /// <summary>The cursor of the newest entry: reading after it gives only what is still to come.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task<string> LatestAsync(CancellationToken ct)
    {
        // Whoever begins here must not be told later that the place is from before a restart.
        await epoch.LearnAsync(redis.GetDatabase()).WaitAsync(ct);
        var newest = await redis.GetDatabase().StreamRangeAsync(FreshKeys.Changes, count: 1, messageOrder: Order.Descending).WaitAsync(ct);
        return newest.Length == 0 ? Beginning : newest[0].Id.ToString();
    }

    /// <summary>Whether everything after a cursor is still there. If not (entries were trimmed, or Redis was killed and lost its last ones), tell the
    /// client to read again. To be asked after the entries were read: then they were whole.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    public async Task<bool> ContainsAsync(string cursor, CancellationToken ct) =>
        (long)await redis.GetDatabase()
            .ScriptEvaluateAsync(FreshScripts.IsUnbroken, [FreshKeys.Changes, FreshKeys.Unbroken], [cursor])
            .WaitAsync(ct) == 1;

    /// <summary>Sends a batch's entries; does not wait for the answers.</summary>
    internal IEnumerable<Task> StartAppend(IDatabaseAsync database, Guid batchId, IReadOnlyList<ProfileChange> changes, DataKey key)
    {
        var batch = batchId.ToByteArray(bigEndian: true);
        if (changes.Count == 0)
        {
            yield return AppendAsync(database, [new("b", batch)]);
        }

        foreach (var change in changes)
        {
            yield return AppendAsync(database,
            [
                new("p", change.ProfileId.ToByteArray(bigEndian: true)),
                new("v", change.Version),
                new("b", batch),
                new("k", key.Id.ToByteArray(bigEndian: true)),
                new("d", key.Seal(FreshText.Of(change), Place(change.ProfileId))),
            ]);
        }
    }

    private static byte[] Place(Guid profileId) => SealedPlace.Of("redis", profileId, "change");

    private Task<RedisValue> AppendAsync(IDatabaseAsync database, NameValueEntry[] fields) =>
        database.StreamAddAsync(FreshKeys.Changes, fields, messageId: null, maxLength: settings.ChangesKept, useApproximateMaxLength: true);

    private async Task<IReadOnlyList<ChangeEntry>> OpenAsync(RedisResult[] answers, CancellationToken ct)
    {
        var entries = Array.ConvertAll(answers, StreamFields.Of);
        var sealingKeys = await keys.GetManyAsync(entries.Where(entry => entry.KeyId is not null).Select(entry => entry.KeyId!.Value), ct);
        return Array.ConvertAll(entries, entry => new ChangeEntry(entry.Cursor, entry.BatchId, Open(entry, sealingKeys)));
    }

    // A change that cannot be opened any more (its key is gone) still tells that its profile changed; which traits did stays unsaid.
    private static ProfileChange? Open(StreamFields entry, IReadOnlyDictionary<Guid, DataKey> sealingKeys)
    {
        if (entry is not { ProfileId: { } profileId, Data: { } data, KeyId: { } keyId })
        {
            return null;
        }

        try
        {
            return sealingKeys.TryGetValue(keyId, out var key)
                ? JsonSerializer.Deserialize(key.Open(data, Place(profileId)), FreshJson.Default.ProfileChange)
                : new ProfileChange(profileId, entry.Version, entry.BatchId, []);
        }
        catch (CryptographicException)
        {
            return new ProfileChange(profileId, entry.Version, entry.BatchId, []);
        }
    }

    private sealed record StreamFields(string Cursor, Guid BatchId, Guid? ProfileId, long Version, Guid? KeyId, byte[]? Data)
    {
        internal static StreamFields Of(RedisResult answer)
        {
            var parts = (RedisResult[])answer!;
            var fields = (RedisResult[])parts[1]!;
            var byName = new Dictionary<string, RedisResult>();
            for (var i = 0; i + 1 < fields.Length; i += 2)
            {
                byName[(string)fields[i]!] = fields[i + 1];
            }

            return new StreamFields(
                (string)parts[0]!,
                Id(byName, "b") ?? Guid.Empty,
                Id(byName, "p"),
                byName.TryGetValue("v", out var version) ? (long)version : 0,
                Id(byName, "k"),
                byName.TryGetValue("d", out var data) ? (byte[]?)data : null);
        }

        private static Guid? Id(Dictionary<string, RedisResult> fields, string name) =>
            fields.TryGetValue(name, out var value) && (byte[]?)value is { Length: 16 } bytes ? new Guid(bytes, bigEndian: true) : null;
    }
}
