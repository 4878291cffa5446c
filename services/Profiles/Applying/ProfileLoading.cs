using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;

namespace Freshet.Profiles.Applying;

/// <summary>The profiles that a transaction holds locked, and who owns the identities it is about.</summary>
/// <param name="Profiles">By id: stored ones, opened. A profile that only exists as an owner is new.</param>
/// <param name="Owners">Identity id to profile id.</param>
/// <param name="Corrections">Owners that the table <c>identities</c> does not have right yet: its profile was merged away meanwhile.</param>
internal sealed record LoadedProfiles(
    IReadOnlyDictionary<Guid, LockedProfile> Profiles, IReadOnlyDictionary<Guid, Guid> Owners, IReadOnlyDictionary<Guid, Guid> Corrections);

/// <summary>
/// Finds and locks the profiles of a batch. Two phases that every transaction goes through in the same order: identities (claimed in id
/// order), then profiles (locked in id order). While it waited for a lock another transaction may have moved identities, so the
/// mapping is read again after the lock, until it stands still. If that asks for a profile whose turn is over, all locks are given back and
/// taken again in order: waiting for it with the others in hand could be a deadlock, which costs PostgreSQL a second to find.
/// </summary>
internal sealed class ProfileLoading(KeyRing keys)
{
    /// <summary>A savepoint from before anything is claimed.</summary>
    internal const string Savepoint = "before_apply";

    /// <summary>A savepoint from after that, before anything is locked.</summary>
    private const string Claimed = "before_lock";

    private const int MaxRounds = 16;

    internal async Task<LoadedProfiles> LoadAsync(ProfileSession session, IReadOnlyList<CanonicalEvent> events, DateTimeOffset now, CancellationToken ct)
    {
        var identities = events.SelectMany(@event => @event.Identities).Select(identity => identity.Id).Distinct().Order().ToArray();
        var owners = await ReadOwnersAsync(session, identities, ct);
        var unlocked = Savepoint;
        if (owners.Count < identities.Length)
        {
            unlocked = Claimed;
            var claims = AssignProfiles.Decide(events, owners, () => Guid.CreateVersion7(now));
            await ClaimAsync(session, claims, owners, ct);
        }

        return await LockAsync(session, owners, unlocked, states => ApplyEvents.Missing(states, events), ct);
    }

    /// <summary>Locks the owners of identities, and of the identities that <paramref name="findMissing"/> asks for until it is content.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="owners">Identity id to profile id; corrected in place.</param>
    /// <param name="unlocked">A savepoint of the session from before any profile is locked.</param>
    /// <param name="findMissing">Given the states, the identities whose profiles are missing.</param>
    /// <param name="ct">Cancels.</param>
    internal async Task<LoadedProfiles> LockAsync(
        ProfileSession session,
        Dictionary<Guid, Guid> owners,
        string unlocked,
        Func<IReadOnlyList<ProfileState>, IReadOnlyList<Guid>> findMissing,
        CancellationToken ct)
    {
        var search = new Search(owners);
        for (var round = 0; round < MaxRounds; round++)
        {
            var profiles = search.MissingProfiles();
            var extended = profiles.Length == 0 && search.Extend(findMissing(search.States()));
            if (profiles.Length == 0 && !extended)
            {
                return new LoadedProfiles(search.Locked, owners, search.Corrections);
            }

            if (search.IsTurnOver(profiles))
            {
                await session.Transaction.RollbackAsync(unlocked, ct);
                profiles = search.StartAgain(profiles);
            }

            await LockRoundAsync(session, search, profiles, ct);
        }

        throw new StoreConflictException("The identities of a batch were moved again and again while their profiles were being locked.");
    }

    private static async Task<Dictionary<Guid, Guid>> ReadOwnersAsync(ProfileSession session, Guid[] identities, CancellationToken ct)
    {
        await using var batch = session.Batch();
        batch.BatchCommands.Add(new($"savepoint {Savepoint}"));
        batch.BatchCommands.Add(IdentityRows.Read(identities));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var owners = new Dictionary<Guid, Guid>(identities.Length);
        await IdentityRows.AddToAsync(owners, reader, ct);
        return owners;
    }

    private static async Task ClaimAsync(
        ProfileSession session, IReadOnlyDictionary<Guid, Guid> claims, Dictionary<Guid, Guid> owners, CancellationToken ct)
    {
        await using var batch = session.Batch();
        batch.BatchCommands.Add(IdentityRows.Claim(claims));
        batch.BatchCommands.Add(IdentityRows.Read([.. claims.Keys]));
        batch.BatchCommands.Add(new($"savepoint {Claimed}"));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await IdentityRows.AddToAsync(owners, reader, ct);
    }

    private async Task LockRoundAsync(ProfileSession session, Search search, Guid[] missing, CancellationToken ct)
    {
        await using var batch = session.Batch();
        batch.BatchCommands.Add(ProfileRows.Lock(missing));
        batch.BatchCommands.Add(IdentityRows.Read(search.Identities));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            search.Add(ProfileRows.Open(reader, keys));
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            search.Owner(reader.GetGuid(0), reader.GetGuid(1));
        }

        search.EndRound(missing);
    }

    private sealed class Search(Dictionary<Guid, Guid> owners)
    {
        private readonly HashSet<Guid> askedProfiles = [];
        private readonly HashSet<Guid> identities = [.. owners.Keys];

        internal Dictionary<Guid, LockedProfile> Locked { get; } = [];

        internal Dictionary<Guid, Guid> Corrections { get; } = [];

        internal Guid[] Identities => [.. identities];

        internal Guid[] MissingProfiles() => [.. owners.Values.Where(profile => !askedProfiles.Contains(profile)).Distinct().Order()];

        internal IReadOnlyList<ProfileState> States() =>
            [.. Locked.Values.Select(profile => profile.State).Where(state => state.MergedInto is null)];

        /// <summary>False: nothing that was not asked for before.</summary>
        internal bool Extend(IReadOnlyList<Guid> wanted)
        {
            var before = identities.Count;
            identities.UnionWith(wanted);
            return identities.Count > before;
        }

        /// <summary>Whether some of them come before one that is locked already.</summary>
        internal bool IsTurnOver(Guid[] profiles) => profiles.Length > 0 && Locked.Count > 0 && profiles[0].CompareTo(Locked.Keys.Max()) < 0;

        /// <summary>What is to be locked once nothing is any more.</summary>
        internal Guid[] StartAgain(Guid[] profiles)
        {
            Guid[] all = [.. askedProfiles.Union(profiles).Order()];
            askedProfiles.Clear();
            Locked.Clear();
            return all;
        }

        internal void Add(LockedProfile profile) => Locked[profile.State.ProfileId] = profile;

        internal void Owner(Guid identity, Guid profile) => owners[identity] = profile;

        // An identity can have been claimed for a profile that was being merged away at that moment: it belongs to whoever took over.
        internal void EndRound(Guid[] asked)
        {
            askedProfiles.UnionWith(asked);
            Corrections.Clear();
            foreach (var (identity, profile) in owners.ToList())
            {
                var heir = profile;
                while (Locked.TryGetValue(heir, out var locked) && locked.State.MergedInto is { } next)
                {
                    heir = next;
                }

                if (heir != profile)
                {
                    owners[identity] = heir;
                    Corrections[identity] = heir;
                }
            }
        }
    }
}
