using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;
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

/// <summary>An override that has expired.</summary>
/// <param name="Id">The override.</param>
/// <param name="Subject">The identity that it follows.</param>
/// <param name="Profile">The profile that has the identity; null: none has any more.</param>
/// <param name="ExpiresAt">Since when.</param>
public sealed record DueOverride(Guid Id, Guid Subject, Guid? Profile, DateTimeOffset ExpiresAt);

/// <summary>Sets, removes and ends values that people set by hand.</summary>
public sealed class TraitOverrides(NpgsqlDataSource dataSource, OverrideTransaction transaction, KeyRing keys)
{
    private const int MaxConflicts = 5;

    /// <summary>Sets a value; one that was set for the trait before ends. It follows the identity that is the profile's strongest at that moment when
    /// profiles merge and part.</summary>
    /// <param name="profileId">The profile as the caller found it.</param>
    /// <param name="identity">The identity by which the caller found it: if it has moved, the profile that has it now is meant. Null: found by its id.</param>
    /// <param name="wanted">What to set.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null: the profile is gone.</returns>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<OverrideResult?> SetAsync(Guid profileId, Guid? identity, WantedOverride wanted, CancellationToken ct) =>
        ChangeAsync(profileId, identity, (profile, traits, now) => Set(profile, wanted, traits, now), ct);

    /// <summary>Ends what was set for a trait before its time. The arguments are those of <see cref="SetAsync"/>.</summary>
    /// <returns>Null: nothing was set, or the profile is gone.</returns>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<OverrideResult?> RemoveAsync(Guid profileId, Guid? identity, string trait, string by, CancellationToken ct) =>
        ChangeAsync(profileId, identity, (profile, traits, now) => Remove(profile.State, trait, by, traits, now), ct);

    /// <summary>When the next one ends; null: none is in force.</summary>
    /// <param name="after">Only those that come later in the order of <see cref="DueAsync"/>; null: all.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<DateTimeOffset?> NextExpiryAsync(DueOverride? after, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            "select min(expires_at) from overrides where ended_at is null and (expires_at, override_id) > ($1, $2)");
        AddPlace(command.Parameters, after);
        return await command.ExecuteScalarAsync(ct) is DateTime next ? new DateTimeOffset(next) : null;
    }

    /// <summary>What has expired and was not taken off yet, earliest first.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="after">Only those that come later in that order; null: all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<DueOverride>> DueAsync(DateTimeOffset now, DueOverride? after, int limit, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("""
            select o.override_id, o.subject_id, i.profile_id, o.expires_at from overrides o left join identities i on i.identity_id = o.subject_id
            where o.ended_at is null and (o.expires_at, o.override_id) > ($1, $2) and o.expires_at <= $3 order by o.expires_at, o.override_id limit $4
            """);
        AddPlace(command.Parameters, after).With(now).With(limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var due = new List<DueOverride>();
        while (await reader.ReadAsync(ct))
        {
            due.Add(new DueOverride(
                reader.GetGuid(0), reader.GetGuid(1), await reader.IsDBNullAsync(2, ct) ? null : reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return due;
    }

    /// <summary>Takes off what is due. Hosts may do it at the same time: the second finds nothing to do.</summary>
    /// <param name="due">What <see cref="DueAsync"/> gave.</param>
    /// <param name="now">The moment that it was asked for.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The batch that carries the changes; null if readers see none.</returns>
    /// <exception cref="SealingException">One of the profiles cannot be opened. Take them off one at a time: one whose key was destroyed is then closed
    /// without it.</exception>
    public async Task<Guid?> ExpireAsync(IReadOnlyList<DueOverride> due, DateTimeOffset now, CancellationToken ct)
    {
        Guid[] subjects = [.. due.Select(one => one.Subject)];
        try
        {
            var known = due.Where(one => one.Profile is not null).DistinctBy(one => one.Subject).ToDictionary(one => one.Subject, one => one.Profile!.Value);
            return await InSessionAsync(known, (loaded, traits, _) => Expire(loaded, subjects, traits, now), ct);
        }
        catch (SealingException failure) when (failure.IsErased && due.Count == 1)
        {
            // The person is erased: nobody sees the value any more, there is only the row to close.
            await CloseAsync(subjects, now, ct);
            return null;
        }
    }

    /// <summary>All that was ever set for some profiles and is neither erased nor older than the retention, latest first. A profile for which nothing
    /// was set is left out.</summary>
    /// <param name="profileIds">Whose.</param>
    /// <param name="limit">How many of each at most.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<IReadOnlyDictionary<Guid, IReadOnlyList<OverrideView>>> HistoryAsync(IReadOnlyList<Guid> profileIds, int limit, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var command = dataSource.CreateCommand("""
            select h.override_id, h.trait, h.sealed, h.set_by, h.set_at, h.expires_at, h.ended_at, h.ended, h.ended_by, h.key_id, h.kek_id, h.wrapped, p.profile_id
            from unnest($1::uuid[]) as p(profile_id) cross join lateral (
              select o.*, k.kek_id, k.wrapped
              from identities i join overrides o on o.subject_id = i.identity_id join data_keys k on k.key_id = o.key_id and k.wrapped is not null
              where i.profile_id = p.profile_id order by o.set_at desc, o.override_id limit $2) as h
            order by p.profile_id, h.set_at desc, h.override_id
            """);
        command.Parameters.With<Guid[]>([.. profileIds]).With(limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<(Guid Profile, OverrideView View)>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add((reader.GetGuid(12), Read(reader)));
        }

        return (IReadOnlyDictionary<Guid, IReadOnlyList<OverrideView>>)rows.GroupBy(row => row.Profile, row => row.View)
            .ToDictionary(profile => profile.Key, profile => (IReadOnlyList<OverrideView>)[.. profile]);
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

    private static OverrideDecision Set(LockedProfile profile, WantedOverride wanted, TraitDictionary traits, DateTimeOffset now)
    {
        var (state, key) = profile;
        var subject = ProfileView.Strongest(state).Id;
        // To the microsecond, as the history keeps them: the clock goes by the history, readers by the state.
        var (setAt, expiresAt) = (Instants.Cut(now), Instants.Cut(wanted.ExpiresAt));
        var added = new TraitOverride(Guid.CreateVersion7(now), subject, wanted.Trait, wanted.Value, wanted.Reason, wanted.By, setAt, expiresAt);
        return new OverrideDecision(
            Overriding.Set(state, added, traits, now),
            [OverrideRows.End(state.Overrides.Where(one => one.Trait == wanted.Trait), "replaced", wanted.By, now), OverrideRows.Insert(added, key)]);
    }

    private static OverrideDecision? Remove(ProfileState state, string trait, string by, TraitDictionary traits, DateTimeOffset now) =>
        Overriding.Remove(state, trait, traits, now) is { } outcome
            ? new OverrideDecision(outcome, [OverrideRows.End(state.Overrides.Where(one => one.Trait == trait), "removed", by, now)])
            : null;

    private static OverrideDecision Expire(LoadedProfiles loaded, Guid[] subjects, TraitDictionary traits, DateTimeOffset now) => new(
        Overriding.Expire(loaded.Profiles.Values.Select(profile => profile.State), traits, now), [OverrideRows.Expire(subjects, now)]);

    private async Task<OverrideResult?> ChangeAsync(
        Guid profileId, Guid? identity, Func<LockedProfile, TraitDictionary, DateTimeOffset, OverrideDecision?> decide, CancellationToken ct)
    {
        // A profile's id is nobody's identity: nothing but a merge moves it.
        var found = identity ?? profileId;
        var owner = profileId;
        var batchId = await InSessionAsync(
            new Dictionary<Guid, Guid> { [found] = profileId },
            (loaded, traits, now) =>
            {
                owner = loaded.Owners[found];
                return loaded.Profiles.TryGetValue(owner, out var profile) ? decide(profile, traits, now) : null;
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

    private static NpgsqlParameterCollection AddPlace(NpgsqlParameterCollection parameters, DueOverride? after) =>
        parameters.With(after?.ExpiresAt ?? DateTimeOffset.MinValue).With(after?.Id ?? Guid.Empty);

    private async Task CloseAsync(Guid[] subjects, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(OverrideRows.Expire(subjects, now));
        await batch.ExecuteNonQueryAsync(ct);
    }
}
