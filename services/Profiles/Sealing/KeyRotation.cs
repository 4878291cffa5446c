using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Sealing;

/// <summary>What a rotation did.</summary>
/// <param name="Rewrapped">Keys that are now wrapped by the current key-encryption key.</param>
/// <param name="AlreadyCurrent">Keys that were before.</param>
/// <param name="Unknown">Keys wrapped by a key-encryption key that is neither the current nor the previous one: their data cannot be read.</param>
public sealed record RotationReport(long Rewrapped, long AlreadyCurrent, long Unknown);

/// <summary>
/// Wraps every data key anew with the current key-encryption key. Data stays as it is, so a rotation takes seconds and no downtime: set the new secret
/// with the old one as previous, restart, run this, then drop the previous one.
/// </summary>
public sealed class KeyRotation(NpgsqlDataSource dataSource, KeyEncryptionKeys keks)
{
    private const int KeysAtATime = 1000;

    /// <summary>Can run at any time, in several processes, and be interrupted: every batch of keys is committed by itself.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<RotationReport> RewrapAsync(CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        var rewrapped = 0L;
        while (await RewrapSomeAsync(ct) is > 0 and var some)
        {
            rewrapped += some;
        }

        await using var command = dataSource.CreateCommand("""
            select count(*) filter (where kek_id = $1), count(*) filter (where kek_id <> $1) from data_keys where wrapped is not null
            """);
        command.Parameters.With(keks.CurrentId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new RotationReport(rewrapped, reader.GetInt64(0) - rewrapped, reader.GetInt64(1));
    });

    private async Task<int> RewrapSomeAsync(CancellationToken ct)
    {
        if (keks.PreviousId is not { } previous)
        {
            return 0;
        }

        await using var session = await ProfileSession.OpenAsync(dataSource, ct);
        var rewrapped = (await TakeAsync(session, previous, ct)).ConvertAll(keks.Rewrap);
        await using var update = session.Command("""
            update data_keys k set kek_id = $1, wrapped = u.wrapped
            from unnest($2::uuid[], $3::bytea[]) as u(key_id, wrapped)
            where k.key_id = u.key_id
            """);
        update.Parameters.With(keks.CurrentId)
            .With<Guid[]>([.. rewrapped.Select(key => key.KeyId)])
            .With<byte[][]>([.. rewrapped.Select(key => key.Wrapped)]);
        await update.ExecuteNonQueryAsync(ct);
        await session.CommitAsync(ct);
        return rewrapped.Count;
    }

    private static async Task<List<WrappedKey>> TakeAsync(ProfileSession session, string kekId, CancellationToken ct)
    {
        await using var select = session.Command("""
            select key_id, purpose, wrapped from data_keys where kek_id = $1 and wrapped is not null order by key_id limit $2 for update
            """);
        select.Parameters.With(kekId).With(KeysAtATime);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var keys = new List<WrappedKey>();
        while (await reader.ReadAsync(ct))
        {
            keys.Add(new WrappedKey(
                reader.GetGuid(0), Enum.Parse<KeyPurpose>(reader.GetString(1), ignoreCase: true), kekId, reader.GetFieldValue<byte[]>(2)));
        }

        return keys;
    }
}
