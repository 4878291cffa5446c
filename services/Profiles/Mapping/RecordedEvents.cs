using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Mapping;

/// <summary>Events of a source as they were received, to try mappings on: what was parked, newest first, then what was applied lately.</summary>
public sealed class RecordedEvents(NpgsqlDataSource dataSource, KeyRing keys, TimeProvider time)
{
    /// <summary>As long as applied events are kept.</summary>
    private const int Days = 31;

    // There is no index by source, which would cost every event that is applied. A source that is active has events among the first pages of a day.
    private const string Applied = """
        select event_id, raw, key_id, false from events where source_id = $1 and received_at >= $2 and received_at < $3 limit $4
        """;

    private const string Parked = """
        select event_id, raw, key_id, true from dead_letters where source_id = $1 and state = 'Parked' order by parked_at desc, dead_letter_id limit $2
        """;

    /// <summary>At most so many events. Those whose key was destroyed are left out.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away, or it took too long.</exception>
    public async Task<IReadOnlyList<RawEvent>> ListAsync(string sourceId, int first, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(first);
        var rows = await StoreErrors.TranslateAsync(() => ReadAsync(sourceId, first, ct));
        var known = await keys.GetManyAsync(rows.Select(row => row.KeyId), ct);
        return [.. rows.Where(row => known.ContainsKey(row.KeyId)).Select(row => EventBatchCodec.DecodeOne(known[row.KeyId].Open(row.Raw, row.Place)))];
    }

    private async Task<List<Row>> ReadAsync(string sourceId, int first, CancellationToken ct)
    {
        var rows = new List<Row>();
        await using (var parked = dataSource.CreateCommand(Parked))
        {
            parked.Parameters.With(sourceId).With(first);
            await AddAsync(parked, rows, ct);
        }

        var midnight = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        for (var day = 0; day < Days && rows.Count < first; day++)
        {
            await using var applied = dataSource.CreateCommand(Applied);
            applied.Parameters.With(sourceId).With(midnight.AddDays(-day)).With(midnight.AddDays(1 - day)).With(first - rows.Count);
            await AddAsync(applied, rows, ct);
        }

        return rows;
    }

    private static async Task AddAsync(NpgsqlCommand command, List<Row> rows, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new Row(reader.GetGuid(0), reader.GetFieldValue<byte[]>(1), reader.GetGuid(2), reader.GetBoolean(3)));
        }
    }

    private sealed record Row(Guid EventId, byte[] Raw, Guid KeyId, bool IsParked)
    {
        internal byte[] Place => IsParked ? DeadLetterRows.RawPlace(EventId) : EventRows.RawPlace(EventId);
    }
}
