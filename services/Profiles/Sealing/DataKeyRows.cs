using Npgsql;

namespace Freshet.Profiles.Sealing;

internal static class DataKeyRows
{
    internal const string InsertSql = """
        insert into data_keys (key_id, purpose, profile_id, kek_id, wrapped, created_at)
        select k.key_id, k.purpose, k.profile_id, k.kek_id, k.wrapped, $6
        from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::bytea[]) as k(key_id, purpose, profile_id, kek_id, wrapped)
        """;

    internal static void AddParameters(
        NpgsqlParameterCollection parameters, IReadOnlyList<WrappedKey> keys, IReadOnlyList<Guid?> profiles, DateTimeOffset now)
    {
        parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. keys.Select(key => key.KeyId)] });
        parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Purpose.ToString().ToLowerInvariant())] });
        parameters.Add(new NpgsqlParameter<Guid?[]> { TypedValue = [.. profiles] });
        parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.KekId)] });
        parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. keys.Select(key => key.Wrapped)] });
        parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now.ToUniversalTime() });
    }

    internal static NpgsqlCommand Insert(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<WrappedKey> keys, IReadOnlyList<Guid?> profiles, DateTimeOffset now)
    {
        var command = new NpgsqlCommand(InsertSql, connection, transaction);
        AddParameters(command.Parameters, keys, profiles, now);
        return command;
    }
}
