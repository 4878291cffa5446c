using System.Security.Cryptography;
using System.Text;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.DeadLetters;

/// <summary>An event that is given up.</summary>
internal sealed record ParkedEvent(RawEvent Raw, string? Type, ApplyFailure Failure, int Attempts);

/// <summary>The statements on <c>dead_letters</c> that belong to applying and parking.</summary>
internal static class DeadLetterRows
{
    internal static byte[] RawPlace(Guid eventId) => SealedPlace.Of("dead_letters", eventId, "raw");

    /// <summary>Equal for refusals of the same kind from the same source, at the same line of its mapping: one line mended cures them all.</summary>
    internal static string Fingerprint(string sourceId, EventRefusal refusal) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{refusal.Stage}\n{refusal.Code}\n{sourceId}{(refusal.Place is null ? "" : "\n" + refusal.Place)}")).AsSpan(0, 6));

    /// <summary>Parks events. One that was being replayed keeps its letter, which tells the new reason and counts the attempts on.</summary>
    internal static NpgsqlBatchCommand Park(Guid batchId, IReadOnlyList<ParkedEvent> events, DataKey key, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand("""
            insert into dead_letters (dead_letter_id, event_id, source_id, message_id, type, received_at, parked_at, stage, code, reason,
                                      fingerprint, attempts, state, batch_id, raw, key_id)
            select d.dead_letter_id, d.event_id, d.source_id, d.message_id, d.type, d.received_at, $2, d.stage, d.code, d.reason,
                   d.fingerprint, d.attempts, 'Parked', $1, d.raw, $3
            from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::text[], $11::text[], $12::text[],
                        $13::text[], $14::int[], $15::bytea[])
                 as d(dead_letter_id, event_id, source_id, message_id, type, received_at, stage, code, reason, fingerprint, attempts, raw)
            order by d.event_id
            on conflict (event_id) where state <> 'Replayed' do update
            set parked_at = excluded.parked_at, stage = excluded.stage, code = excluded.code, reason = excluded.reason, type = excluded.type,
                fingerprint = excluded.fingerprint, attempts = dead_letters.attempts + excluded.attempts, state = 'Parked', batch_id = excluded.batch_id
            """);
        command.Parameters.With(batchId).With(now).With(key.Id)
            .With<Guid[]>([.. events.Select(_ => Guid.CreateVersion7(now))])
            .With<Guid[]>([.. events.Select(parked => parked.Raw.EventId)])
            .With<string[]>([.. events.Select(parked => parked.Raw.SourceId)])
            .With<string[]>([.. events.Select(parked => parked.Raw.MessageId)])
            .With<string?[]>([.. events.Select(parked => parked.Type)])
            .With(events.Select(parked => parked.Raw.ReceivedAt))
            .With<string[]>([.. events.Select(parked => parked.Failure.Stage)])
            .With<string[]>([.. events.Select(parked => parked.Failure.Code)])
            .With<string[]>([.. events.Select(parked => parked.Failure.Reason)])
            .With<string[]>([.. events.Select(parked => parked.Failure.Fingerprint)])
            .With<int[]>([.. events.Select(parked => parked.Attempts)])
            .With<byte[][]>([.. events.Select(parked => key.Seal(EventBatchCodec.EncodeOne(parked.Raw), RawPlace(parked.Raw.EventId)))]);
        return command;
    }

    /// <summary>Letters whose replay cannot be read any more tell why and are no longer on their way.</summary>
    internal static NpgsqlBatchCommand ParkUnread(Guid replayBatchId, ApplyFailure failure, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand("""
            update dead_letters
            set state = 'Parked', parked_at = $2, stage = $3, code = $4, reason = $5, fingerprint = $6, attempts = attempts + 1
            where replay_batch_id = $1 and state = 'Replaying'
            """);
        command.Parameters.With(replayBatchId).With(now).With(failure.Stage).With(failure.Code).With(failure.Reason).With(failure.Fingerprint);
        return command;
    }

    internal static NpgsqlBatchCommand MarkReplayed(Guid[] eventIds)
    {
        var command = new NpgsqlBatchCommand("update dead_letters set state = 'Replayed' where event_id = any($1) and state = 'Replaying'");
        command.Parameters.With(eventIds);
        return command;
    }
}
