using System.Security.Cryptography;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Freshet.Profiles.Sealing;

/// <summary>
/// Hands out data keys. They live wrapped in <c>data_keys</c>; unwrapped ones are kept in memory, bounded by
/// <see cref="SealingOptions.CachedKeys"/>. The batch and the cache key are renewed once a day, by whichever host comes first.
/// </summary>
public sealed partial class KeyRing(
    NpgsqlDataSource dataSource,
    KeyEncryptionKeys keks,
    IOptions<SealingOptions> options,
    TimeProvider time,
    ILogger<KeyRing> logger) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan RetryRenewal = TimeSpan.FromSeconds(30);

    // Requests wait for it, within a budget of a second (Ingress:Batching:StoreTimeout), and the old key is good enough.
    private static readonly TimeSpan RenewalPatience = TimeSpan.FromMilliseconds(300);

    private readonly KeyCache cache = new(options.Value.CachedKeys);
    private readonly SemaphoreSlim renewal = new(1);
    private readonly CurrentKey?[] current = new CurrentKey?[3];

    /// <summary>The key that new seals of this purpose use.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away and this host has never had such a key.</exception>
    public ValueTask<DataKey> CurrentAsync(KeyPurpose purpose, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(purpose, KeyPurpose.Profile);
        var known = Volatile.Read(ref current[(int)purpose]);
        return known is not null && time.GetUtcNow() < known.RenewAt ? new ValueTask<DataKey>(known.Key) : RenewAsync(purpose, ct);
    }

    /// <summary>The key of that id.</summary>
    /// <exception cref="SealingException">Unknown, or destroyed: what it sealed cannot be read again.</exception>
    public ValueTask<DataKey> GetAsync(Guid keyId, CancellationToken ct) =>
        cache.TryGet(keyId, out var key) ? new ValueTask<DataKey>(key) : LoadAsync(keyId, ct);

    public void Dispose() => renewal.Dispose();

    /// <summary>A key for a new profile and the row that keeps it.</summary>
    internal (DataKey Key, WrappedKey Row) NewProfileKey()
    {
        var key = NewKey(KeyPurpose.Profile);
        return (key, keks.Wrap(key));
    }

    /// <summary>Unwraps a row that a join has already loaded. Null bytes: the key was destroyed.</summary>
    internal DataKey Unwrap(Guid keyId, KeyPurpose purpose, string kekId, byte[]? wrapped)
    {
        if (cache.TryGet(keyId, out var known))
        {
            return known;
        }

        var key = keks.Unwrap(new WrappedKey(keyId, purpose, kekId, wrapped ?? throw Destroyed(keyId)));
        cache.Add(key);
        return key;
    }

    /// <summary>Keeps a key whose row was just committed.</summary>
    internal void Remember(DataKey key) => cache.Add(key);

    internal void Forget(Guid keyId) => cache.Forget(keyId);

    private static SealingException Destroyed(Guid keyId) =>
        new($"Data key {keyId} was destroyed: what it sealed is erased and cannot be read again.") { IsErased = true };

    private DataKey NewKey(KeyPurpose purpose)
    {
        Span<byte> material = stackalloc byte[32];
        RandomNumberGenerator.Fill(material);
        var key = new DataKey(Guid.CreateVersion7(time.GetUtcNow()), purpose, material);
        CryptographicOperations.ZeroMemory(material);
        return key;
    }

    private async ValueTask<DataKey> LoadAsync(Guid keyId, CancellationToken ct)
    {
        var rows = await LoadRowsAsync([keyId], ct);
        if (rows.TryGetValue(keyId, out var key))
        {
            return key;
        }

        throw await IsDestroyedAsync(keyId, ct)
            ? Destroyed(keyId)
            : new SealingException($"Data key {keyId} is not in the table data_keys: was the database restored from an older backup?");
    }

    private Task<bool> IsDestroyedAsync(Guid keyId, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var command = dataSource.CreateCommand("select exists (select from data_keys where key_id = $1 and wrapped is null)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = keyId });
        return await command.ExecuteScalarAsync(ct) is true;
    });

    /// <summary>Loads the keys that are not in memory, in one round trip. Destroyed and unknown ones are left out.</summary>
    internal async Task<IReadOnlyDictionary<Guid, DataKey>> GetManyAsync(IEnumerable<Guid> keyIds, CancellationToken ct)
    {
        var found = new Dictionary<Guid, DataKey>();
        var missing = new List<Guid>();
        foreach (var id in keyIds.Distinct())
        {
            if (cache.TryGet(id, out var key))
            {
                found[id] = key;
            }
            else
            {
                missing.Add(id);
            }
        }

        if (missing.Count > 0)
        {
            foreach (var (id, key) in await LoadRowsAsync([.. missing], ct))
            {
                found[id] = key;
            }
        }

        return found;
    }

    private Task<Dictionary<Guid, DataKey>> LoadRowsAsync(Guid[] keyIds, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var command = dataSource.CreateCommand(
            "select key_id, purpose, kek_id, wrapped from data_keys where key_id = any($1) and wrapped is not null");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = keyIds });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new Dictionary<Guid, DataKey>();
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            keys[id] = Unwrap(id, Enum.Parse<KeyPurpose>(reader.GetString(1), ignoreCase: true), reader.GetString(2), (byte[])reader[3]);
        }

        return keys;
    });

    private async ValueTask<DataKey> RenewAsync(KeyPurpose purpose, CancellationToken ct)
    {
        await renewal.WaitAsync(ct);
        try
        {
            var known = current[(int)purpose];
            if (known is null || time.GetUtcNow() >= known.RenewAt)
            {
                known = await RenewOrKeepAsync(purpose, known, ct);
                Volatile.Write(ref current[(int)purpose], known);
            }

            return known.Key;
        }
        finally
        {
            renewal.Release();
        }
    }

    // With PostgreSQL away events must still be sealed for the spill queue: a key that is a little too old is better than a refusal.
    private async Task<CurrentKey> RenewOrKeepAsync(KeyPurpose purpose, CurrentKey? known, CancellationToken ct)
    {
        if (known is null)
        {
            return await StoreErrors.TranslateAsync(() => CurrentOfTableAsync(purpose, ct));
        }

        try
        {
            using var patience = new CancellationTokenSource(RenewalPatience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);

            // WaitAsync besides the token: a server that hangs does not answer a cancellation either.
            return await StoreErrors.TranslateAsync(() => CurrentOfTableAsync(purpose, both.Token)).WaitAsync(RenewalPatience, time, ct);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or TimeoutException or OperationCanceledException)
        {
            Log.RenewalFailed(logger, failure, purpose);
            return known with { RenewAt = time.GetUtcNow() + RetryRenewal };
        }
    }

    private async Task<CurrentKey> CurrentOfTableAsync(KeyPurpose purpose, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var name = purpose.ToString().ToLowerInvariant();
        await using var newest = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("select pg_advisory_xact_lock(hashtextextended($1, 7010))") { Parameters = { new() { Value = $"data key {name}" } } },
                new("select key_id, kek_id, wrapped, created_at from data_keys where purpose = $1 and wrapped is not null order by created_at desc limit 1")
                {
                    Parameters = { new() { Value = name } },
                },
            },
        };
        await using (var reader = await newest.ExecuteReaderAsync(ct))
        {
            await reader.NextResultAsync(ct);
            if (await reader.ReadAsync(ct) && reader.GetFieldValue<DateTimeOffset>(3) + Lifetime is var renewAt && renewAt > time.GetUtcNow())
            {
                return new CurrentKey(Unwrap(reader.GetGuid(0), purpose, reader.GetString(1), (byte[])reader[2]), renewAt);
            }
        }

        var key = NewKey(purpose);
        await using var insert = DataKeyRows.Insert(connection, transaction, [keks.Wrap(key)], [null], time.GetUtcNow());
        await insert.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        cache.Add(key);
        return new CurrentKey(key, time.GetUtcNow() + Lifetime);
    }

    private sealed record CurrentKey(DataKey Key, DateTimeOffset RenewAt);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The {Purpose} key is due for renewal, but PostgreSQL does not answer: the old one stays in use")]
        internal static partial void RenewalFailed(ILogger logger, Exception failure, KeyPurpose purpose);
    }
}
