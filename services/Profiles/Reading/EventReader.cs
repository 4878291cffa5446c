using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.Reading;

/// <summary>One applied event of a profile.</summary>
/// <param name="EventId">Its id.</param>
/// <param name="SourceId">Who sent it.</param>
/// <param name="Type">Dotted, past tense.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="ReceivedAt">When it reached us.</param>
/// <param name="BatchId">The batch that applied it.</param>
/// <param name="Rejected">Values that it was applied without.</param>
/// <param name="Raw">As its sender wrote it; null if its key was destroyed.</param>
public sealed record EventView(
    Guid EventId,
    string SourceId,
    string Type,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    Guid BatchId,
    IReadOnlyList<RejectedValue> Rejected,
    RawEvent? Raw);

/// <summary>Place in a timeline: what comes after this event.</summary>
public readonly record struct EventCursor(DateTimeOffset OccurredAt, Guid EventId);

/// <param name="Items">Newest first.</param>
/// <param name="HasMore">Whether older ones follow.</param>
public sealed record EventPage(IReadOnlyList<EventView> Items, bool HasMore);

/// <summary>Reads a profile's timeline: the events of all its subjects, newest first.</summary>
public sealed class EventReader(NpgsqlDataSource dataSource, KeyRing keys)
{
    // The page of each subject is read from its index, then the pages are merged: the cost does not grow with the history.
    private const string Sql = """
        with recursive heirs as (
          select profile_id, merged_into, 1 as hop from profiles where profile_id = $1
          union all
          select p.profile_id, p.merged_into, h.hop + 1 from heirs h join profiles p on p.profile_id = h.merged_into where h.hop < 16
        ), subjects as (
          select i.identity_id from identities i join heirs h on h.profile_id = i.profile_id and h.merged_into is null
        )
        select e.event_id, e.source_id, e.type, e.occurred_at, e.received_at, e.batch_id, e.raw, e.key_id, e.rejected
        from subjects s
        cross join lateral (
          select * from events e
          where e.subject_id = s.identity_id
            and ($2::timestamptz is null or (e.occurred_at, e.event_id) < ($2, $3))
            and (cardinality($4::text[]) = 0 or e.type = any($4))
          order by e.occurred_at desc, e.event_id desc
          limit $5
        ) e
        order by e.occurred_at desc, e.event_id desc
        limit $5
        """;

    /// <param name="profileId">The profile; a merged one is followed.</param>
    /// <param name="first">Page size, 1 to 500.</param>
    /// <param name="after">Null: from the newest.</param>
    /// <param name="types">Only these types; null or empty: all.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<EventPage> ListAsync(Guid profileId, int first, EventCursor? after, IReadOnlyList<string>? types, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, 500);
        var rows = await StoreErrors.TranslateAsync(() => ReadAsync(profileId, first + 1, after, types, ct));
        var known = await keys.GetManyAsync(rows.Take(first).Select(row => row.KeyId), ct);
        return new EventPage([.. rows.Take(first).Select(row => row.Open(known))], rows.Count > first);
    }

    private async Task<List<Row>> ReadAsync(Guid profileId, int limit, EventCursor? after, IReadOnlyList<string>? types, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.With(profileId)
            .WithNullable(after?.OccurredAt.ToUniversalTime(), NpgsqlDbType.TimestampTz)
            .WithNullable(after?.EventId, NpgsqlDbType.Uuid)
            .With<string[]>([.. types ?? []])
            .With(limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<Row>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new Row(
                new EventView(
                    reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                    reader.GetFieldValue<DateTimeOffset>(4), reader.GetGuid(5),
                    EventRows.ReadRejected(reader.IsDBNull(8) ? null : reader.GetString(8)), null),
                reader.GetFieldValue<byte[]>(6),
                reader.GetGuid(7)));
        }

        return rows;
    }

    private sealed record Row(EventView View, byte[] Raw, Guid KeyId)
    {
        internal EventView Open(IReadOnlyDictionary<Guid, DataKey> keys) => keys.TryGetValue(KeyId, out var key)
            ? View with { Raw = EventBatchCodec.DecodeOne(key.Open(Raw, EventRows.RawPlace(View.EventId))) }
            : View;
    }
}
