using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Overrides;

/// <summary>A value that a person wants to be shown.</summary>
/// <param name="Trait">A name of the dictionary.</param>
/// <param name="Value">Of the trait's type.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record WantedOverride(string Trait, JsonElement Value, string Reason, string By, DateTimeOffset ExpiresAt);

/// <summary>What setting or removing did.</summary>
/// <param name="ProfileId">The profile that has the identity now.</param>
/// <param name="BatchId">Announce it to <c>BatchPublisher.PublishAsync</c>.</param>
public sealed record OverrideResult(Guid ProfileId, Guid BatchId);

/// <summary>Sets, removes and ends values that people set by hand.</summary>
public sealed class TraitOverrides(NpgsqlDataSource dataSource, OverrideTransaction transaction, KeyRing keys)
{
    private const int MaxConflicts = 5;

    /// <summary>Sets a value; one that was set for the trait before ends.</summary>
    /// <param name="profileId">The profile as the caller found it.</param>
    /// <param name="subject">Its strongest identity: the override follows it when profiles merge and part.</param>
    /// <param name="wanted">What to set.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<OverrideResult?> SetAsync(Guid profileId, Guid subject, WantedOverride wanted, CancellationToken ct) =>
        ChangeAsync(profileId, subject, (loaded, traits, now) => Set(loaded, subject, wanted, traits, now), ct);

    /// <summary>Ends what was set for a trait before its time.</summary>
    /// <returns>Null: nothing was set.</returns>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<OverrideResult?> RemoveAsync(Guid profileId, Guid subject, string trait, string by, CancellationToken ct) =>
        ChangeAsync(profileId, subject, (loaded, traits, now) => Remove(loaded, subject, trait, by, traits, now), ct);

    /// <summary>When the next one ends; null: none is in force.</summary>
    public async Task<DateTimeOffset?> NextExpiryAsync(CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("select min(expires_at) from overrides where ended_at is null");
        return await command.ExecuteScalarAsync(ct) is DateTime next ? new DateTimeOffset(next) : null;
    }

    /// <summary>Takes off what has expired, earliest first. Hosts may do it at the same time: the second finds nothing to do.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were due, and the batch that carries the changes; null if readers see none.</returns>
    /// <exception cref="SealingException">The key of one of the profiles was destroyed: ask again for one at a time.</exception>
    public async Task<(int Due, Guid? BatchId)> ExpireAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        var owners = await DueAsync(now, limit, ct);
        if (owners.Count == 0)
        {
            return default;
        }

        Guid[] subjects = [.. owners.Select(owner => owner.Subject)];
        try
        {
            var known = owners.Where(owner => owner.Profile is not null).DistinctBy(owner => owner.Subject)
                .ToDictionary(owner => owner.Subject, owner => owner.Profile!.Value);
            return (owners.Count, await InSessionAsync(known, (loaded, traits, _) => Expire(loaded, subjects, traits, now), ct));
        }
        catch (SealingException failure) when (failure.IsErased && owners.Count == 1)
        {
            // The person is erased: nobody sees the value any more, there is only the row to close.
            await CloseAsync(subjects, now, ct);
            return (1, null);
        }
    }

    /// <summary>All that was ever set for a profile and is not erased, latest first.</summary>
    public Task<IReadOnlyList<OverrideView>> HistoryAsync(Guid profileId, int limit, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var command = dataSource.CreateCommand("""
            select o.override_id, o.trait, o.sealed, o.set_by, o.set_at, o.expires_at, o.ended_at, o.ended, o.ended_by, o.key_id, k.kek_id, k.wrapped
            from identities i join overrides o on o.subject_id = i.identity_id join data_keys k on k.key_id = o.key_id and k.wrapped is not null
            where i.profile_id = $1 order by o.set_at desc, o.override_id limit $2
            """);
        command.Parameters.With(profileId).With(limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var history = new List<OverrideView>();
        while (await reader.ReadAsync(ct))
        {
            history.Add(Read(reader));
        }

        return (IReadOnlyList<OverrideView>)history;
    });

    private OverrideView Read(NpgsqlDataReader reader)
    {
        var id = reader.GetGuid(0);
        var key = keys.Unwrap(reader.GetGuid(9), KeyPurpose.Profile, reader.GetString(10), reader.GetFieldValue<byte[]>(11));
        var (value, reason) = OverrideRows.Open(id, reader.GetFieldValue<byte[]>(2), key);
        return new OverrideView(
            id, reader.GetString(1), value, reason, reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5))
        {
            EndedAt = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
            Ended = reader.IsDBNull(7) ? null : reader.GetString(7),
            EndedBy = reader.IsDBNull(8) ? null : reader.GetString(8),
        };
    }

    private static OverrideDecision? Set(LoadedProfiles loaded, Guid subject, WantedOverride wanted, TraitDictionary traits, DateTimeOffset now)
    {
        var (state, key) = loaded.Profiles[loaded.Owners[subject]];
        var added = new TraitOverride(Guid.CreateVersion7(now), subject, wanted.Trait, wanted.Value, wanted.Reason, wanted.By, now, wanted.ExpiresAt);
        return new OverrideDecision(
            Overriding.Set(state, added, traits, now),
            [OverrideRows.End(state.Overrides.Where(one => one.Trait == wanted.Trait), "replaced", wanted.By, now), OverrideRows.Insert(added, key)]);
    }

    private static OverrideDecision? Remove(LoadedProfiles loaded, Guid subject, string trait, string by, TraitDictionary traits, DateTimeOffset now)
    {
        var state = loaded.Profiles[loaded.Owners[subject]].State;
        return Overriding.Remove(state, trait, traits, now) is { } outcome
            ? new OverrideDecision(outcome, [OverrideRows.End(state.Overrides.Where(one => one.Trait == trait), "removed", by, now)])
            : null;
    }

    private static OverrideDecision Expire(LoadedProfiles loaded, Guid[] subjects, TraitDictionary traits, DateTimeOffset now) => new(
        Overriding.Expire(loaded.Profiles.Values.Select(profile => profile.State), traits, now), [OverrideRows.Expire(subjects, now)]);

    private async Task<OverrideResult?> ChangeAsync(
        Guid profileId, Guid subject, Func<LoadedProfiles, TraitDictionary, DateTimeOffset, OverrideDecision?> decide, CancellationToken ct)
    {
        var owner = profileId;
        var batchId = await InSessionAsync(
            new Dictionary<Guid, Guid> { [subject] = profileId },
            (loaded, traits, now) =>
            {
                owner = loaded.Owners[subject];
                return decide(loaded, traits, now);
            },
            ct);
        return batchId is null ? null : new OverrideResult(owner, batchId.Value);
    }

    private async Task<Guid?> InSessionAsync(
        Dictionary<Guid, Guid> owners, Func<LoadedProfiles, TraitDictionary, DateTimeOffset, OverrideDecision?> decide, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var session = await ProfileSession.OpenAsync(dataSource, ct);
                var batchId = await transaction.RunAsync(session, new Dictionary<Guid, Guid>(owners), decide, ct);
                await session.CommitAsync(ct);
                return batchId;
            }
            catch (Exception failure) when (StoreErrors.IsConflict(failure) && attempt < MaxConflicts)
            {
                // Events for the same profiles were applied at the same moment: look again.
            }
        }
    }

    private async Task<List<(Guid Subject, Guid? Profile)>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("""
            select o.subject_id, i.profile_id from overrides o left join identities i on i.identity_id = o.subject_id
            where o.ended_at is null and o.expires_at <= $1 order by o.expires_at limit $2
            """);
        command.Parameters.With(now).With(limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var due = new List<(Guid Subject, Guid? Profile)>();
        while (await reader.ReadAsync(ct))
        {
            due.Add((reader.GetGuid(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetGuid(1)));
        }

        return due;
    }

    private async Task CloseAsync(Guid[] subjects, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(OverrideRows.Expire(subjects, now));
        await batch.ExecuteNonQueryAsync(ct);
    }
}
