using Freshet.Profiles.LookUps;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.Enriching;

/// <summary>What sources said, for other profiles that would be asked about with the same values. Only of enrichments that share answers: the Migrator sees
/// that nothing personal is among their values.</summary>
public sealed class SharedAnswers(NpgsqlDataSource dataSource, KeyRing keys, IdentityIndex index, TimeProvider time)
{
    // Those that do not hold any more go a few at a time, as others come.
    private const string Upsert = """
        with expired as (
          select ctid from enrichment_answers where holds_until < $5 and (name, key_hash) <> ($1, $2) limit 10 for update skip locked
        ), removed as (
          delete from enrichment_answers where ctid in (select ctid from expired)
        )
        insert into enrichment_answers (name, key_hash, body, key_id, answered_at, holds_until) values ($1, $2, $3, $4, $5, $6)
        on conflict (name, key_hash) do update
        set body = excluded.body, key_id = excluded.key_id, answered_at = excluded.answered_at, holds_until = excluded.holds_until
        """;

    /// <summary>Null: nobody was told, or it does not hold any more.</summary>
    public async Task<SharedAnswer?> FindAsync(HttpEnrichment enrichment, LookUpKey key, CancellationToken ct)
    {
        var hash = ProfileOrders.HashOf(index, enrichment.Name, key);
        if (await ReadAsync(enrichment.Name, hash, ct) is not var (body, keyId, answeredAt))
        {
            return null;
        }

        try
        {
            return new SharedAnswer(body is null ? null : (await keys.GetAsync(keyId!.Value, ct)).Open(body, PlaceOf(hash)), answeredAt);
        }
        catch (SealingException failure) when (failure.IsErased)
        {
            // The source is asked once more.
            return null;
        }
    }

    /// <param name="enrichment">Whose.</param>
    /// <param name="key">What was asked by.</param>
    /// <param name="body">Null: the source knows nothing.</param>
    /// <param name="ct">Cancels.</param>
    public async Task KeepAsync(HttpEnrichment enrichment, LookUpKey key, byte[]? body, CancellationToken ct)
    {
        var (hash, now, seal) = (ProfileOrders.HashOf(index, enrichment.Name, key), time.GetUtcNow(), await keys.CurrentAsync(KeyPurpose.Batch, ct));
        await using var command = dataSource.CreateCommand(Upsert);
        command.Parameters.With(enrichment.Name).With(hash)
            .WithNullable(body is null ? null : seal.Seal(body, PlaceOf(hash)), NpgsqlDbType.Bytea)
            .WithNullable(body is null ? null : seal.Id, NpgsqlDbType.Uuid)
            .With(now).With(now + enrichment.CacheFor);
        await StoreErrors.TranslateAsync(() => command.ExecuteNonQueryAsync(ct));
    }

    private Task<(byte[]? Body, Guid? KeyId, DateTimeOffset AnsweredAt)?> ReadAsync(string name, Guid hash, CancellationToken ct) =>
        StoreErrors.TranslateAsync<(byte[]?, Guid?, DateTimeOffset)?>(async () =>
        {
            await using var command = dataSource.CreateCommand("select body, key_id, answered_at from enrichment_answers where name = $1 and key_hash = $2 and holds_until > $3");
            command.Parameters.With(name).With(hash).With(time.GetUtcNow());
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct)
                ? (reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2))
                : null;
        });

    private static byte[] PlaceOf(Guid hash) => SealedPlace.Of("enrichment_answers", hash, "body");
}
