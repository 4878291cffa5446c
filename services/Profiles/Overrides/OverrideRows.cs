using System.Text.Json;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Overrides;

/// <summary>The statements on <c>overrides</c>, the history. They come after the locks on profiles, so their order needs no care.</summary>
internal static class OverrideRows
{
    internal static NpgsqlBatchCommand Insert(TraitOverride added, DataKey key)
    {
        var command = new NpgsqlBatchCommand("""
            insert into overrides (subject_id, override_id, trait, set_at, set_by, expires_at, sealed, key_id) values ($1, $2, $3, $4, $5, $6, $7, $8)
            """);
        command.Parameters.With(added.Subject).With(added.Id).With(added.Trait).With(added.SetAt).With(added.By).With(added.ExpiresAt)
            .With(key.Seal(Form(added), Place(added.Id))).With(key.Id);
        return command;
    }

    /// <summary>Ends those that were in force until now.</summary>
    internal static NpgsqlBatchCommand End(IEnumerable<TraitOverride> ended, string how, string by, DateTimeOffset now)
    {
        TraitOverride[] rows = [.. ended];
        var command = new NpgsqlBatchCommand("""
            update overrides o set ended_at = least($3, o.expires_at), ended = case when o.expires_at <= $3 then 'expired' else $4 end,
              ended_by = case when o.expires_at <= $3 then null else $5 end
            from unnest($1::uuid[], $2::uuid[]) as e(subject_id, override_id)
            where o.subject_id = e.subject_id and o.override_id = e.override_id and o.ended_at is null
            """);
        command.Parameters.With<Guid[]>([.. rows.Select(one => one.Subject)]).With<Guid[]>([.. rows.Select(one => one.Id)]).With(now).With(how).With(by);
        return command;
    }

    /// <summary>Ends those of some identities whose time is over.</summary>
    internal static NpgsqlBatchCommand Expire(Guid[] subjects, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand("""
            update overrides set ended_at = expires_at, ended = 'expired' where ended_at is null and expires_at <= $2 and subject_id = any($1)
            """);
        command.Parameters.With(subjects).With(now);
        return command;
    }

    /// <summary>The value and the reason, as <see cref="Open"/> reads them.</summary>
    internal static (JsonElement Value, string Reason) Open(Guid id, byte[] sealedForm, DataKey key)
    {
        var form = JsonElement.Parse(key.Open(sealedForm, Place(id)));
        return (form[0], form[1].GetString()!);
    }

    private static byte[] Form(TraitOverride one) => JsonSerializer.SerializeToUtf8Bytes(new object[] { one.Value, one.Reason });

    private static byte[] Place(Guid id) => SealedPlace.Of("overrides", id, "sealed");
}
