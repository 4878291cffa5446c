using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Reading;

/// <summary>Profiles from PostgreSQL: the truth, and slower.</summary>
public sealed class StoredProfiles(NpgsqlDataSource dataSource, KeyRing keys, WorkspaceFeed workspace, TimeProvider time)
{
    // Merges of merges are followed this far; each merge makes its profile point to the one that took over at that time.
    private const int MaxHops = 16;

    /// <summary>Same order and length as <paramref name="wanted"/>.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<ProfileDocument?[]> ReadAsync(IReadOnlyList<ProfileKey> wanted, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        var found = new ProfileState?[wanted.Count];
        await QueryAsync(
            [.. Enumerable.Range(0, wanted.Count)],
            [.. wanted.Select(key => (key as ProfileKey.ById)?.ProfileId)],
            [.. wanted.Select(key => (key as ProfileKey.ByIdentity)?.Identity.Id)],
            found,
            ct);
        for (var hop = 0; hop < MaxHops && found.Any(state => state?.MergedInto is not null); hop++)
        {
            int[] merged = [.. Enumerable.Range(0, found.Length).Where(i => found[i]?.MergedInto is not null)];
            Guid?[] heirs = [.. merged.Select(i => found[i]!.MergedInto)];
            Array.ForEach(merged, i => found[i] = null);
            await QueryAsync(merged, heirs, new Guid?[merged.Length], found, ct);
        }

        return Array.ConvertAll(found, state => state is null ? null : View(state));
    });

    /// <summary>What readers must have of these profiles now; merged ones are not followed.</summary>
    internal async Task<(IReadOnlyList<ProfileDocument> Documents, IReadOnlyList<ProfileRedirect> Redirects)> ReadForPublishingAsync(
        IReadOnlyList<Guid> profileIds, CancellationToken ct)
    {
        var found = new ProfileState?[profileIds.Count];
        if (found.Length > 0)
        {
            await QueryAsync([.. Enumerable.Range(0, found.Length)], [.. profileIds], new Guid?[found.Length], found, ct);
        }

        var states = found.OfType<ProfileState>().ToList();
        return (
            [.. states.Where(state => state.MergedInto is null).Select(View)],
            [.. states.Where(state => state.MergedInto is not null).Select(state => new ProfileRedirect(state.ProfileId, state.Version, state.MergedInto!.Value))]);
    }

    private ProfileDocument View(ProfileState state) => ProfileView.Build(state, workspace.Current.Traits, time.GetUtcNow());

    private async Task QueryAsync(int[] ordinals, Guid?[] profileIds, Guid?[] identityIds, ProfileState?[] found, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand($"""
            select {ProfileRows.Columns}, w.ordinal
            from unnest($1::int[], $2::uuid[], $3::uuid[]) as w(ordinal, profile_id, identity_id)
            left join identities i on i.identity_id = w.identity_id
            join profiles p on p.profile_id = coalesce(w.profile_id, i.profile_id)
            left join data_keys k on k.key_id = p.key_id
            """);
        command.Parameters.With(ordinals).With(profileIds).With(identityIds);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            // An erased profile has lost its key: nobody is known by it any more.
            if (!await reader.IsDBNullAsync(8, ct))
            {
                found[reader.GetInt32(9)] = ProfileRows.Open(reader, keys).State;
            }
        }
    }
}
