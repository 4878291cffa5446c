using System.Collections.Concurrent;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;

namespace Freshet.Profiles.Reading;

/// <summary>
/// Reads profiles: Redis while it answers, PostgreSQL otherwise. What Redis lacks is loaded once per process however many ask for it, a few
/// queries at a time, and written back: a flushed Redis costs latency and no storm.
/// </summary>
public sealed class ProfileReader(
    FreshProfiles fresh, FreshFields fields, StoredProfiles stored, IOptions<FreshOptions> options, ProfilesMetrics metrics) : IDisposable
{
    // Loads that have not begun to read, which others can join, and those that have: who comes then may know of changes that they miss.
    private readonly ConcurrentDictionary<ProfileKey, TaskCompletionSource<ProfileDocument?>> loading = new();
    private readonly ConcurrentDictionary<ProfileKey, TaskCompletionSource> reading = new();
    private readonly SemaphoreSlim loads = new(options.Value.StoredReads);

    /// <summary>Same order and length as <paramref name="keys"/>; null where nobody is known. Follows merges.</summary>
    /// <exception cref="StoreUnavailableException">Redis does not have everything and PostgreSQL is away.</exception>
    public async Task<ProfileDocument?[]> GetAsync(IReadOnlyList<ProfileKey> keys, CancellationToken ct)
    {
        var found = new ProfileDocument?[keys.Count];
        if (await ReadFreshAsync(keys, found, ct))
        {
            return found;
        }

        int[] missing = [.. Enumerable.Range(0, keys.Count).Where(i => found[i] is null)];
        var documents = await LoadAsync(Array.ConvertAll(missing, i => keys[i]), ct);
        for (var i = 0; i < missing.Length; i++)
        {
            found[missing[i]] = documents[i];
        }

        return found;
    }

    /// <summary>One profile as text; null where nobody is known. Follows merges. The shortest way there is while Redis has the profile.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="patience">How long PostgreSQL may take when Redis does not have it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">Redis does not have it and PostgreSQL is away.</exception>
    /// <exception cref="TimeoutException">PostgreSQL took too long.</exception>
    public async ValueTask<ProfileFields?> GetFieldsAsync(ProfileKey key, TimeSpan patience, CancellationToken ct)
    {
        var answer = await fields.ReadAsync(key, ct);
        if (answer.Fields is { } found)
        {
            metrics.CacheRead("hit", 1);
            return found;
        }

        // The long way follows redirects and counts what it finds; with Redis away its look there would only cost time.
        if (!answer.Answered)
        {
            metrics.CacheRead("bypassed", 1);
        }

        var documents = await (answer.Answered ? GetAsync([key], ct) : LoadAsync([key], ct)).WaitAsync(patience, ct);
        return documents[0] is { } document ? ProfileFields.Of(document) : null;
    }

    /// <summary>The same from PostgreSQL, past Redis: for a reader that must see a batch which is applied and not published yet.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<ProfileDocument?[]> GetStoredAsync(IReadOnlyList<ProfileKey> keys, CancellationToken ct) => stored.ReadAsync(keys, ct);

    public void Dispose() => loads.Dispose();

    // True: Redis had everything.
    private async Task<bool> ReadFreshAsync(IReadOnlyList<ProfileKey> keys, ProfileDocument?[] found, CancellationToken ct)
    {
        if (await fresh.ReadAsync(keys, ct) is not { } answers)
        {
            metrics.CacheRead("bypassed", keys.Count);
            return false;
        }

        await FollowRedirectsAsync(answers, ct);
        var (hits, stale) = (0, 0);
        for (var i = 0; i < keys.Count; i++)
        {
            switch (answers[i]?.Document)
            {
                case { } document when Answers(document, keys[i]):
                    found[i] = document;
                    hits++;
                    break;
                case not null:
                    stale++;
                    break;
            }
        }

        metrics.CacheRead("hit", hits);
        metrics.CacheRead("stale", stale);
        metrics.CacheRead("miss", keys.Count - hits - stale);
        return hits == keys.Count;
    }

    // One step; a merge of a merge is rare enough for PostgreSQL.
    private async Task FollowRedirectsAsync(FreshProfile?[] answers, CancellationToken ct)
    {
        int[] merged = [.. Enumerable.Range(0, answers.Length).Where(i => answers[i]?.MergedInto is not null)];
        if (merged.Length == 0)
        {
            return;
        }

        var heirs = await fresh.ReadAsync(Array.ConvertAll(merged, ProfileKey (i) => new ProfileKey.ById(answers[i]!.MergedInto!.Value)), ct);
        for (var i = 0; i < merged.Length; i++)
        {
            answers[merged[i]] = heirs?[i];
        }
    }

    // A pointer from identity to profile can be out of date; the document says whether it still has the identity.
    private static bool Answers(ProfileDocument document, ProfileKey key) =>
        key is not ProfileKey.ByIdentity { Identity: IdentityKey wanted }
        || document.Identities.Any(identity => identity.Namespace == wanted.Namespace && identity.Value == wanted.Value);

    private Task<ProfileDocument?[]> LoadAsync(ProfileKey[] keys, CancellationToken ct)
    {
        var mine = new List<(ProfileKey Key, TaskCompletionSource<ProfileDocument?> Load)>();
        var all = new Task<ProfileDocument?>[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var own = new TaskCompletionSource<ProfileDocument?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var load = loading.GetOrAdd(keys[i], own);
            all[i] = load.Task;
            if (ReferenceEquals(load, own))
            {
                mine.Add((keys[i], own));
            }
        }

        // Not the caller's token: others may wait for the same profiles.
        _ = mine.Count > 0 ? LoadMineAsync(mine) : Task.CompletedTask;
        return Task.WhenAll(all).WaitAsync(ct);
    }

    private async Task LoadMineAsync(List<(ProfileKey Key, TaskCompletionSource<ProfileDocument?> Load)> mine)
    {
        var mayLoad = false;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            // What they load is in Redis when they are through.
            await Task.WhenAll(mine.Select(load => reading.TryGetValue(load.Key, out var before) ? before.Task : Task.CompletedTask));
            await loads.WaitAsync();
            mayLoad = true;
            foreach (var (key, load) in mine)
            {
                reading[key] = done;
                loading.TryRemove(new(key, load));
            }

            await ReadMineAsync(mine);
        }
        catch (Exception failure)
        {
            // Whatever it is, it belongs to those who wait.
            mine.ForEach(load => load.Load.TrySetException(failure));
        }
        finally
        {
            mine.ForEach(load => loading.TryRemove(new(load.Key, load.Load)));
            mine.ForEach(load => reading.TryRemove(new(load.Key, done)));
            done.SetResult();
            if (mayLoad)
            {
                loads.Release();
            }
        }
    }

    private async Task ReadMineAsync(List<(ProfileKey Key, TaskCompletionSource<ProfileDocument?> Load)> mine)
    {
        var keys = mine.ConvertAll(load => load.Key);
        var epoch = await fresh.EpochAsync(CancellationToken.None);
        var documents = await ReadAgainAsync(keys) ?? await stored.ReadAsync(keys, CancellationToken.None);
        for (var i = 0; i < documents.Length; i++)
        {
            mine[i].Load.SetResult(documents[i]);
        }

        await fresh.WriteAsync([.. documents.OfType<ProfileDocument>().DistinctBy(document => document.Id)], epoch, options.Value.ReadBudget, CancellationToken.None);
    }

    // Between our look at Redis and our turn to load, somebody else may have loaded and repaired it.
    private async Task<ProfileDocument?[]?> ReadAgainAsync(List<ProfileKey> keys)
    {
        var answers = await fresh.ReadAsync(keys, CancellationToken.None);
        return answers is not null && answers.Index().All(answer => answer.Item?.Document is { } document && Answers(document, keys[answer.Index]))
            ? Array.ConvertAll(answers, answer => answer!.Document)
            : null;
    }
}
