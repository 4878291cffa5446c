using Freshet.Profiles.Events;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Ledger;

/// <summary>The statements on <c>ledger_entries</c> that belong to applying, parking and replaying.</summary>
internal static class LedgerRows
{
    /// <summary>Books events of a batch as applied or parked, in the batch's own rows.</summary>
    internal static NpgsqlBatchCommand Book(Guid batchId, IEnumerable<RawEvent> applied, IEnumerable<RawEvent> parked)
    {
        var counts = new Dictionary<(string Source, DateTimeOffset Hour), (int Applied, int Parked)>();
        foreach (var raw in applied)
        {
            var key = (raw.SourceId, LedgerHours.Of(raw.ReceivedAt));
            var (done, left) = counts.GetValueOrDefault(key);
            counts[key] = (done + 1, left);
        }

        foreach (var raw in parked)
        {
            var key = (raw.SourceId, LedgerHours.Of(raw.ReceivedAt));
            var (done, left) = counts.GetValueOrDefault(key);
            counts[key] = (done, left + 1);
        }

        var command = new NpgsqlBatchCommand("""
            update ledger_entries l set applied = l.applied + u.applied, parked = l.parked + u.parked
            from unnest($2::text[], $3::timestamptz[], $4::int[], $5::int[]) as u(source_id, hour, applied, parked)
            where l.batch_id = $1 and l.source_id = u.source_id and l.hour = u.hour
            """);
        command.Parameters.With(batchId)
            .With<string[]>([.. counts.Keys.Select(key => key.Source)])
            .With(counts.Keys.Select(key => key.Hour))
            .With<int[]>([.. counts.Values.Select(count => count.Applied)])
            .With<int[]>([.. counts.Values.Select(count => count.Parked)]);
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
}
