using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Ledger;

/// <summary>How many events of a source one host has refused in an hour, so far.</summary>
/// <param name="BookId">Names the host and the hour; a UUIDv7 of that hour. The same on every write.</param>
/// <param name="SourceId">Whose.</param>
/// <param name="Hour">When the hour begins.</param>
/// <param name="Total">All of the hour, not what came since the last write: writing it twice changes nothing.</param>
public sealed record RefusedTotal(Guid BookId, string SourceId, DateTimeOffset Hour, int Total);

/// <summary>Keeps counts of refused events in the ledger.</summary>
public sealed class RefusalLedger(NpgsqlDataSource dataSource)
{
    /// <summary>Writes totals; one that is smaller than what is stored changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away. Write them again later.</exception>
    public Task WriteAsync(IReadOnlyList<RefusedTotal> totals, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var command = dataSource.CreateCommand("""
            insert into ledger_entries as l (batch_id, source_id, hour, refused)
            select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[])
            on conflict (batch_id, source_id, hour) do update set refused = greatest(l.refused, excluded.refused)
            """);
        command.Parameters.With<Guid[]>([.. totals.Select(total => total.BookId)])
            .With<string[]>([.. totals.Select(total => total.SourceId)])
            .With(totals.Select(total => total.Hour))
            .With<int[]>([.. totals.Select(total => total.Total)]);
        return await command.ExecuteNonQueryAsync(ct);
    });
}
