using Freshet.Profiles.Events;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Ledger;

/// <summary>What became of the events of a batch.</summary>
internal sealed record BookedEvents(Guid BatchId, IEnumerable<RawEvent> Applied, IEnumerable<RawEvent> Parked);

/// <summary>The statements on <c>ledger_entries</c> that belong to applying, parking and replaying.</summary>
internal static class LedgerRows
{
    /// <summary>Books the events of batches as applied or parked, in each batch's own rows.</summary>
    internal static NpgsqlBatchCommand Book(IEnumerable<BookedEvents> batches)
    {
        var counts = new Dictionary<(Guid BatchId, string Source, DateTimeOffset Hour), (int Applied, int Parked)>();
        foreach (var batch in batches)
        {
            Count(counts, batch.BatchId, batch.Applied, (1, 0));
            Count(counts, batch.BatchId, batch.Parked, (0, 1));
        }

        // The bounds let PostgreSQL skip the partitions of other days; a join alone would not. "Is not distinct from" is "equals" that no index can serve:
        // else the planner, which knows little of today's partition, goes by the index of hours and reads every entry of the hour for each batch.
        var command = new NpgsqlBatchCommand("""
            update ledger_entries l set applied = l.applied + u.applied, parked = l.parked + u.parked
            from unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::int[], $7::int[]) as u(batch_id, source_id, hour, applied, parked)
            where l.batch_id between $1 and $2 and l.batch_id = u.batch_id and l.source_id = u.source_id and l.hour is not distinct from u.hour
            """);
        command.Parameters.WithBounds([.. counts.Keys.Select(key => key.BatchId)])
            .With<Guid[]>([.. counts.Keys.Select(key => key.BatchId)])
            .With<string[]>([.. counts.Keys.Select(key => key.Source)])
            .With(counts.Keys.Select(key => key.Hour))
            .With<int[]>([.. counts.Values.Select(count => count.Applied)])
            .With<int[]>([.. counts.Values.Select(count => count.Parked)]);
        return command;
    }

    /// <summary>Books all events of a batch as parked that cannot be read any more: its own rows know how many it carries. Returns one row, their sum.</summary>
    internal static NpgsqlBatchCommand ParkUnread(Guid batchId)
    {
        var command = new NpgsqlBatchCommand("""
            with parked as (update ledger_entries set parked = parked + carries where batch_id = $1 returning carries)
            select coalesce(sum(carries), 0)::int from parked
            """);
        command.Parameters.With(batchId);
        return command;
    }

    /// <summary>Opens the rows of batches that take events over from another batch, or out of the dead letters (<paramref name="unpark"/>).</summary>
    internal static NpgsqlBatchCommand Carry(IEnumerable<(Guid BatchId, IReadOnlyList<RawEvent> Events)> batches, bool unpark)
    {
        var rows = batches
            .SelectMany(batch => batch.Events.Select(raw => (batch.BatchId, raw.SourceId, Hour: LedgerHours.Of(raw.ReceivedAt))))
            .CountBy(row => row)
            .ToList();
        var command = new NpgsqlBatchCommand("""
            insert into ledger_entries (batch_id, source_id, hour, carries, parked)
            select c.batch_id, c.source_id, c.hour, c.events, case when $1 then -c.events else 0 end
            from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::int[]) as c(batch_id, source_id, hour, events)
            """);
        command.Parameters.With(unpark)
            .With<Guid[]>([.. rows.Select(row => row.Key.BatchId)])
            .With<string[]>([.. rows.Select(row => row.Key.SourceId)])
            .With(rows.Select(row => row.Key.Hour))
            .With<int[]>([.. rows.Select(row => row.Value)]);
        return command;
    }

    private static void Count(
        Dictionary<(Guid BatchId, string Source, DateTimeOffset Hour), (int Applied, int Parked)> counts,
        Guid batchId,
        IEnumerable<RawEvent> events,
        (int Applied, int Parked) each)
    {
        foreach (var raw in events)
        {
            var key = (batchId, raw.SourceId, LedgerHours.Of(raw.ReceivedAt));
            var (applied, parked) = counts.GetValueOrDefault(key);
            counts[key] = (applied + each.Applied, parked + each.Parked);
        }
    }
}
