using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Identities;

/// <summary>The statements on <c>identities</c>: which profile an identity belongs to.</summary>
internal static class IdentityRows
{
    private const string ReadSql = "select identity_id, profile_id from identities where identity_id = any($1)";

    internal static NpgsqlBatchCommand Read(Guid[] identityIds)
    {
        var command = new NpgsqlBatchCommand(ReadSql);
        command.Parameters.With(identityIds);
        return command;
    }

    /// <summary>Gives unknown identities their profile. In id order, so that two batches with the same strangers wait and do not deadlock.</summary>
    internal static NpgsqlBatchCommand Claim(IEnumerable<KeyValuePair<Guid, Guid>> claims)
    {
        var sorted = claims.OrderBy(claim => claim.Key).ToArray();
        var command = new NpgsqlBatchCommand("""
            insert into identities (identity_id, profile_id)
            select c.identity_id, c.profile_id from unnest($1::uuid[], $2::uuid[]) as c(identity_id, profile_id) order by c.identity_id
            on conflict do nothing
            """);
        command.Parameters.With<Guid[]>([.. sorted.Select(claim => claim.Key)]).With<Guid[]>([.. sorted.Select(claim => claim.Value)]);
        return command;
    }

    internal static NpgsqlBatchCommand Move(IReadOnlyDictionary<Guid, Guid> moved)
    {
        var sorted = moved.OrderBy(move => move.Key).ToArray();
        var command = new NpgsqlBatchCommand("""
            update identities i set profile_id = m.profile_id
            from unnest($1::uuid[], $2::uuid[]) as m(identity_id, profile_id)
            where i.identity_id = m.identity_id
            """);
        command.Parameters.With<Guid[]>([.. sorted.Select(move => move.Key)]).With<Guid[]>([.. sorted.Select(move => move.Value)]);
        return command;
    }

    internal static async Task AddToAsync(Dictionary<Guid, Guid> owners, NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            owners[reader.GetGuid(0)] = reader.GetGuid(1);
        }
    }
}
