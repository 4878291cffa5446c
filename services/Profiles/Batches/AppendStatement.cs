using Npgsql;

namespace Freshet.Profiles.Batches;

/// <summary>The one statement that makes a batch durable.</summary>
internal static class AppendStatement
{
    // "stored" yields no row when the batch id is known, and then no ledger entry is written a second time.
    // Nothing is joined: the server knows nothing about the length of arrays when it plans, takes them for short and compares every row with
    // every other. The answer holds only events that were not fresh, and is not even begun when all were; its subquery is correlated on purpose:
    // one index probe each.
    private const string Sql = """
        with input as (
          select * from unnest($1::uuid[], $2::int[], $4::timestamptz[]) as i(event_id, ordinal, received_at)
        ), fresh as (
          insert into event_keys (event_id, batch_id, ordinal, received_at)
          select i.event_id, $5, i.ordinal, i.received_at from input i
          on conflict do nothing
          returning ordinal
        ), kept as (
          select count(*)::int as events, coalesce(array_agg(ordinal order by ordinal), '{}') as ordinals from fresh
        ), stored as (
          insert into event_batches (batch_id, kind, state, received_at, event_count, fresh, payload, payload_key, applied_at)
          select $5, 'received', case when k.events > 0 then 'Received' else 'Applied' end, $6, k.events, k.ordinals,
                 case when k.events > 0 then $7::bytea end, case when k.events > 0 then $8::uuid end, case when k.events = 0 then $6 end
          from kept k
          on conflict do nothing
          returning batch_id
        ), booked as (
          insert into ledger_entries (batch_id, source_id, hour, received, duplicate, filtered, carries)
          select s.batch_id, l.source_id, l.hour, l.received, l.received - l.filtered - l.carries, l.filtered, l.carries
          from stored s
          cross join (
            select e.source_id, e.hour, e.received, e.filtered,
                   (select count(*) from fresh f where ($3::int[])[f.ordinal + 1] = e.slot - 1)::int as carries
            from unnest($9::text[], $10::timestamptz[], $11::int[], $12::int[])
                 with ordinality as e(source_id, hour, received, filtered, slot)
          ) l
        )
        select i.event_id, (select k.batch_id from event_keys k where k.event_id = i.event_id)
        from input i
        where (select k.events from kept k) < cardinality($1) and i.ordinal <> all ((select k.ordinals from kept k)::int[])
        """;

    internal static void Fill(NpgsqlCommand command, AppendRows rows, SealedEventBatch batch, DateTimeOffset now)
    {
        command.CommandText = Sql;
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = rows.EventIds });
        parameters.Add(new NpgsqlParameter<int[]> { TypedValue = rows.Ordinals });
        parameters.Add(new NpgsqlParameter<int[]> { TypedValue = rows.Slots });
        parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = rows.ReceivedAt });
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = batch.BatchId });
        parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now.ToUniversalTime() });
        parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = batch.Payload });
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = batch.KeyId });
        parameters.Add(new NpgsqlParameter<string[]> { TypedValue = rows.Sources });
        parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = rows.Hours });
        parameters.Add(new NpgsqlParameter<int[]> { TypedValue = rows.Received });
        parameters.Add(new NpgsqlParameter<int[]> { TypedValue = rows.Filtered });
    }
}
