namespace Freshet.Profiles.Reading;

/// <summary>The account of one source and hour. Received = applied + duplicate + filtered + parked + waiting, else <paramref name="Residue"/> is not zero.</summary>
public sealed record LedgerEntry(
    DateTimeOffset Hour, string SourceId, long Received, long Applied, long Duplicate, long Filtered, long Parked, long Waiting, long Residue);

/// <summary>Reads the ledger.</summary>
public sealed class LedgerReader
{
    /// <param name="sourceId">Null: every source.</param>
    /// <param name="from">Hours that begin at or after this.</param>
    /// <param name="to">Hours that begin before this.</param>
    /// <param name="ct">Cancels.</param>
    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string? sourceId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        throw new NotSupportedException();
}
