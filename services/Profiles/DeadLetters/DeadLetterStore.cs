using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Freshet.Profiles.DeadLetters;

/// <summary>Lists dead letters and puts them back on their way.</summary>
public sealed class DeadLetterStore(IDbContextFactory<ProfilesDb> databases, NpgsqlDataSource dataSource, KeyRing keys, ReplayBatches replays, TimeProvider time)
{
    /// <summary>Newest first.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<DeadLetterPage> ListAsync(DeadLetterFilter filter, int first, DeadLetterCursor? after, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(first);
        return StoreErrors.TranslateAsync(async () =>
        {
            await using var database = await databases.CreateDbContextAsync(ct);
            var rows = await Select(database.DeadLetters.AsNoTracking(), filter, after).Take(first + 1).ToListAsync(ct);
            return new DeadLetterPage([.. rows.Take(first).Select(ToLetter)], rows.Count > first);
        });
    }

    /// <summary>The event as its sender wrote it; null: no such letter, or its key was destroyed.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<RawEvent?> RawAsync(Guid deadLetterId, CancellationToken ct)
    {
        var (eventId, raw, keyId) = await StoreErrors.TranslateAsync(async () =>
        {
            await using var command = dataSource.CreateCommand("select event_id, raw, key_id from dead_letters where dead_letter_id = $1");
            command.Parameters.With(deadLetterId);
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct) ? (reader.GetGuid(0), reader.GetFieldValue<byte[]>(1), reader.GetGuid(2)) : default;
        });
        return raw is not null && (await keys.GetManyAsync([keyId], ct)).TryGetValue(keyId, out var key)
            ? EventBatchCodec.DecodeOne(key.Open(raw, DeadLetterRows.RawPlace(eventId)))
            : null;
    }

    /// <summary>
    /// Makes replay batches of the parked letters that are selected. Safe to call twice at a time: no letter is taken twice. Batches are
    /// committed one by one, so a run that is interrupted has done a part and can simply be called again.
    /// </summary>
    /// <exception cref="ArgumentException">The selection names nothing: replaying everything must be asked for by a time range.</exception>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<ReplayRun> ReplayAsync(ReplaySelection selection, CancellationToken ct)
    {
        if (selection is { DeadLetterIds: null, Fingerprint: null, SourceId: null, From: null, To: null })
        {
            throw new ArgumentException("Say which dead letters to replay: ids, a fingerprint, a source, or a time range.", nameof(selection));
        }

        // A letter that was parked again since the run began waits for another run: one that always fails must not keep it going.
        var begun = time.GetUtcNow();
        var batches = new List<Guid>();
        var events = 0;
        while (await replays.NextAsync(selection, begun, ct) is { } next)
        {
            batches.Add(next.BatchId);
            events += next.Events;
        }

        return new ReplayRun(batches, events);
    }

    private static IQueryable<DeadLetterRow> Select(IQueryable<DeadLetterRow> letters, DeadLetterFilter filter, DeadLetterCursor? after)
    {
        if (filter.SourceId is { } source)
        {
            letters = letters.Where(letter => letter.SourceId == source);
        }

        if (filter.Fingerprint is { } fingerprint)
        {
            letters = letters.Where(letter => letter.Fingerprint == fingerprint);
        }

        if (filter.State?.ToString() is { } state)
        {
            letters = letters.Where(letter => letter.State == state);
        }

        if (after is { } cursor)
        {
            var parkedAt = cursor.ParkedAt.ToUniversalTime();
            letters = letters.Where(letter => letter.ParkedAt < parkedAt || (letter.ParkedAt == parkedAt && letter.Id > cursor.Id));
        }

        return letters.OrderByDescending(letter => letter.ParkedAt).ThenBy(letter => letter.Id);
    }

    private static DeadLetter ToLetter(DeadLetterRow row) => new()
    {
        Id = row.Id,
        EventId = row.EventId,
        SourceId = row.SourceId,
        MessageId = row.MessageId,
        Type = row.Type,
        ReceivedAt = row.ReceivedAt,
        ParkedAt = row.ParkedAt,
        Stage = row.Stage,
        Code = row.Code,
        Reason = row.Reason,
        Fingerprint = row.Fingerprint,
        Attempts = row.Attempts,
        State = Enum.Parse<DeadLetterState>(row.State),
        BatchId = row.BatchId,
        ReplayBatchId = row.ReplayBatchId,
    };
}
