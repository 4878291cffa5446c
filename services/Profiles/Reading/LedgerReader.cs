using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.Reading;

/// <summary>The account of one source and hour. Received = applied + duplicate + filtered + parked + waiting, else <paramref name="Residue"/> is not zero.
/// <paramref name="Refused"/> events of a known sender were never received, and stand beside that account.</summary>
public sealed record LedgerEntry(
    DateTimeOffset Hour, string SourceId, long Received, long Applied, long Duplicate, long Filtered, long Parked, long Waiting, long Residue,
    long Refused);

/// <summary>Reads the ledger.</summary>
public sealed class LedgerReader(NpgsqlDataSource dataSource)
{
    /// <summary>By hour, then source.</summary>
    /// <param name="sourceId">Null: every source.</param>
    /// <param name="from">Hours that begin at or after this.</param>
    /// <param name="to">Hours that begin before this.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string? sourceId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        StoreErrors.TranslateAsync<IReadOnlyList<LedgerEntry>>(async () =>
        {
            await using var command = dataSource.CreateCommand("""
                select hour, source_id, received, applied, duplicate, filtered, parked, waiting, residue, refused
                from ledger where hour >= $1 and hour < $2 and ($3 is null or source_id = $3)
                order by hour, source_id
                """);
            command.Parameters.With(from).With(to).WithNullable(sourceId, NpgsqlDbType.Text);
            await using var reader = await command.ExecuteReaderAsync(ct);
            var entries = new List<LedgerEntry>();
            while (await reader.ReadAsync(ct))
            {
                entries.Add(new LedgerEntry(
                    reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                    reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9)));
            }

            return entries;
        });
}
