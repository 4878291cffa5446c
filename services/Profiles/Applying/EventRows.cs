using System.Text.Json;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Applying;

/// <summary>An applied event on its way into the table.</summary>
internal sealed record PlacedEvent(ReadableEvent Readable, Guid SubjectId, DataKey Key, IReadOnlyList<RejectedValue> Rejected);

internal static class EventRows
{
    internal static byte[] RawPlace(Guid eventId) => SealedPlace.Of("events", eventId, "raw");

    internal static NpgsqlBatchCommand Insert(IReadOnlyList<PlacedEvent> events)
    {
        var command = new NpgsqlBatchCommand("""
            insert into events (subject_id, occurred_at, event_id, received_at, source_id, type, batch_id, raw, key_id, rejected)
            select e.subject_id, e.occurred_at, e.event_id, e.received_at, e.source_id, e.type, e.batch_id, e.raw, e.key_id, e.rejected
            from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::bytea[], $9::uuid[],
                        $10::jsonb[])
                 as e(batch_id, subject_id, occurred_at, event_id, received_at, source_id, type, raw, key_id, rejected)
            """);
        command.Parameters
            .With<Guid[]>([.. events.Select(placed => placed.Readable.BatchId)])
            .With<Guid[]>([.. events.Select(placed => placed.SubjectId)])
            .With(events.Select(placed => placed.Readable.Event.OccurredAt))
            .With<Guid[]>([.. events.Select(placed => placed.Readable.Raw.EventId)])
            .With(events.Select(placed => placed.Readable.Raw.ReceivedAt))
            .With<string[]>([.. events.Select(placed => placed.Readable.Raw.SourceId)])
            .With<string[]>([.. events.Select(placed => placed.Readable.Event.Type)])
            .With<byte[][]>([.. events.Select(Seal)])
            .With<Guid[]>([.. events.Select(placed => placed.Key.Id)])
            .WithJson(events.Select(placed => Write(placed.Rejected)));
        return command;
    }

    /// <summary>What <see cref="Write"/> made of them; null stands for none.</summary>
    internal static IReadOnlyList<RejectedValue> ReadRejected(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<RejectedValue[]>(json, JsonSerializerOptions.Web)!;

    private static string? Write(IReadOnlyList<RejectedValue> rejected) =>
        rejected.Count == 0 ? null : JsonSerializer.Serialize(rejected, JsonSerializerOptions.Web);

    private static byte[] Seal(PlacedEvent placed) =>
        placed.Key.Seal(EventBatchCodec.EncodeOne(placed.Readable.Raw), RawPlace(placed.Readable.Raw.EventId));
}
