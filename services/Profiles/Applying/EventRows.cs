using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Applying;

/// <summary>An applied event on its way into the table.</summary>
internal sealed record PlacedEvent(Guid BatchId, RawEvent Raw, CanonicalEvent Event, Guid SubjectId, DataKey Key);

internal static class EventRows
{
    internal static byte[] RawPlace(Guid eventId) => SealedPlace.Of("events", eventId, "raw");

    internal static NpgsqlBatchCommand Insert(IReadOnlyList<PlacedEvent> events)
    {
        var command = new NpgsqlBatchCommand("""
            insert into events (subject_id, occurred_at, event_id, received_at, source_id, type, batch_id, raw, key_id)
            select e.subject_id, e.occurred_at, e.event_id, e.received_at, e.source_id, e.type, e.batch_id, e.raw, e.key_id
            from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::bytea[], $9::uuid[])
                 as e(batch_id, subject_id, occurred_at, event_id, received_at, source_id, type, raw, key_id)
            """);
        command.Parameters
            .With<Guid[]>([.. events.Select(placed => placed.BatchId)])
            .With<Guid[]>([.. events.Select(placed => placed.SubjectId)])
            .With(events.Select(placed => placed.Event.OccurredAt))
            .With<Guid[]>([.. events.Select(placed => placed.Raw.EventId)])
            .With(events.Select(placed => placed.Raw.ReceivedAt))
            .With<string[]>([.. events.Select(placed => placed.Raw.SourceId)])
            .With<string[]>([.. events.Select(placed => placed.Event.Type)])
            .With<byte[][]>([.. events.Select(Seal)])
            .With<Guid[]>([.. events.Select(placed => placed.Key.Id)]);
        return command;
    }

    private static byte[] Seal(PlacedEvent placed) => placed.Key.Seal(EventBatchCodec.EncodeOne(placed.Raw), RawPlace(placed.Raw.EventId));
}
