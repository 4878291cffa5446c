using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Applying;

/// <summary>A profile's row, locked and opened.</summary>
/// <param name="State">Its state. Of a merged-away profile only id and <see cref="ProfileState.MergedInto"/> are known.</param>
/// <param name="Key">Its data key.</param>
internal sealed record LockedProfile(ProfileState State, DataKey Key);

/// <summary>A state to be written.</summary>
/// <param name="State">Version as it will be.</param>
/// <param name="Key">Seals it.</param>
/// <param name="Traits">JSON of its visible values that are not personal.</param>
internal sealed record ProfileToSave(ProfileState State, DataKey Key, string Traits);

/// <summary>The statements on <c>profiles</c>.</summary>
internal static class ProfileRows
{
    internal const string Columns = "p.profile_id, p.version, p.created_at, p.updated_at, p.merged_into, p.state, p.key_id, k.kek_id, k.wrapped";

    internal static byte[] StatePlace(Guid profileId) => SealedPlace.Of("profiles", profileId, "state");

    /// <summary>Locks in id order: the sort is below the lock in the plan, so every transaction takes its locks in the same order.</summary>
    internal static NpgsqlBatchCommand Lock(Guid[] profileIds)
    {
        var command = new NpgsqlBatchCommand($"""
            select {Columns}
            from profiles p left join data_keys k on k.key_id = p.key_id
            where p.profile_id = any($1)
            order by p.profile_id
            for update of p
            """);
        command.Parameters.With(profileIds);
        return command;
    }

    /// <summary>Reads the columns of <see cref="Columns"/>.</summary>
    /// <exception cref="SealingException">The profile's key was destroyed.</exception>
    internal static LockedProfile Open(NpgsqlDataReader reader, KeyRing keys)
    {
        var id = reader.GetGuid(0);
        var key = keys.Unwrap(reader.GetGuid(6), KeyPurpose.Profile, reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8));
        if (reader.IsDBNull(5))
        {
            return new LockedProfile(
                new ProfileState
                {
                    ProfileId = id,
                    Version = reader.GetInt64(1),
                    CreatedAt = reader.GetFieldValue<DateTimeOffset>(2),
                    UpdatedAt = reader.GetFieldValue<DateTimeOffset>(3),
                    MergedInto = reader.IsDBNull(4) ? null : reader.GetGuid(4),
                },
                key);
        }

        var state = ProfileStateCodec.Decode(key.Open(reader.GetFieldValue<byte[]>(5), StatePlace(id)));
        return new LockedProfile(state, key);
    }

    internal static NpgsqlBatchCommand Insert(IReadOnlyList<ProfileToSave> profiles)
    {
        var command = new NpgsqlBatchCommand("""
            insert into profiles (profile_id, version, updated_at, merged_into, traits, state, key_id, created_at)
            select p.profile_id, p.version, p.updated_at, p.merged_into, p.traits, p.state, p.key_id, p.created_at
            from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::uuid[], $5::jsonb[], $6::bytea[], $7::uuid[], $8::timestamptz[])
                 as p(profile_id, version, updated_at, merged_into, traits, state, key_id, created_at)
            """);
        AddCommon(command.Parameters, profiles)
            .With<Guid[]>([.. profiles.Select(profile => profile.Key.Id)])
            .With(profiles.Select(profile => profile.State.CreatedAt));
        return command;
    }

    internal static NpgsqlBatchCommand Update(IReadOnlyList<ProfileToSave> profiles)
    {
        var command = new NpgsqlBatchCommand("""
            update profiles p
            set version = u.version, updated_at = u.updated_at, merged_into = u.merged_into, traits = u.traits, state = u.state
            from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::uuid[], $5::jsonb[], $6::bytea[])
                 as u(profile_id, version, updated_at, merged_into, traits, state)
            where p.profile_id = u.profile_id
            """);
        AddCommon(command.Parameters, profiles);
        return command;
    }

    private static NpgsqlParameterCollection AddCommon(NpgsqlParameterCollection parameters, IReadOnlyList<ProfileToSave> profiles) => parameters
        .With<Guid[]>([.. profiles.Select(profile => profile.State.ProfileId)])
        .With<long[]>([.. profiles.Select(profile => profile.State.Version)])
        .With(profiles.Select(profile => profile.State.UpdatedAt))
        .With<Guid?[]>([.. profiles.Select(profile => profile.State.MergedInto)])
        .WithJson(profiles.Select(profile => profile.Traits))
        .With<byte[]?[]>([.. profiles.Select(SealState)]);

    private static byte[]? SealState(ProfileToSave profile)
    {
        if (profile.State.MergedInto is not null)
        {
            return null;
        }

        using var form = ProfileStateCodec.Write(profile.State);
        return profile.Key.Seal(form.Written, StatePlace(profile.State.ProfileId));
    }
}
