using Freshet.Profiles.Sealing;
using Npgsql;

namespace Freshet.Migrator.Running;

/// <summary>Sees to it that the hosts can open every data key with the key-encryption key that is set now.</summary>
public sealed class DataKeys(NpgsqlDataSource database, KeyEncryptionKeys secrets, KeyRotation rotation)
{
    // A batch key is made every day, so the newest one tells which secret the hosts used last. There is one data key per profile;
    // looking at all of them at every start would take long.
    private const string NewestBatchKey = "select kek_id from data_keys where purpose = 'batch' and wrapped is not null order by created_at desc limit 1";

    /// <summary>Wraps the keys anew if the secret has changed since the hosts ran last.</summary>
    /// <exception cref="MigrationException">There are keys that no secret that is set here can open.</exception>
    public async Task<string> FollowSecretAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(NewestBatchKey);
        return await command.ExecuteScalarAsync(cancellation) switch
        {
            null => "none yet",
            string wrappedBy when wrappedBy == secrets.CurrentId => "wrapped by the current secret",
            _ => await RewrapAsync(cancellation),
        };
    }

    /// <summary>Wraps every key by the current secret.</summary>
    /// <exception cref="MigrationException">There are keys that no secret that is set here can open.</exception>
    public async Task<string> RewrapAsync(CancellationToken cancellation)
    {
        var result = await rotation.RewrapAsync(cancellation);
        return result.Unknown == 0
            ? $"{result.Rewrapped} wrapped anew, {result.AlreadyCurrent} already were"
            : throw new MigrationException(
                $"{result.Unknown} data keys are wrapped by a secret that is neither Sealing:KeyEncryptionKey nor Sealing:PreviousKeyEncryptionKey, " +
                "so what they seal cannot be read. Set the former secret as Sealing:PreviousKeyEncryptionKey and start again.");
    }
}
