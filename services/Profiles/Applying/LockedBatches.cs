using Freshet.Profiles.Batches;
using Freshet.Profiles.Storage;

namespace Freshet.Profiles.Applying;

/// <summary>A batch as its row tells of it.</summary>
/// <param name="BatchId">Its id.</param>
/// <param name="Kind">received, split, replay or unmerge.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="EventCount">How many events it holds.</param>
/// <param name="ReceivedAt">When it became durable.</param>
/// <param name="Attempt">Failed attempts that count.</param>
/// <param name="RetryAt">When it is due again; null: it does not wait for that.</param>
/// <param name="Failure">Code of the last failure.</param>
public sealed record LockedBatch(
    Guid BatchId, string Kind, BatchState State, int EventCount, DateTimeOffset ReceivedAt, int Attempt, DateTimeOffset? RetryAt, string? Failure);

/// <summary>Batches that a transaction has locked, read with what applying them takes: one round trip for who moves them and who applies them.</summary>
public sealed class LockedBatches
{
    private readonly Dictionary<Guid, BatchRow> rows;

    private LockedBatches(IReadOnlyList<BatchRow> rows) => this.rows = rows.ToDictionary(row => row.BatchId);

    public IEnumerable<LockedBatch> All => rows.Values.Select(row =>
        new LockedBatch(row.BatchId, row.Kind, row.State, row.EventCount, row.ReceivedAt, row.Attempt, row.RetryAt, row.Failure));

    /// <summary>Waits for the locks of batches. Unknown ones are left out.</summary>
    public static async Task<LockedBatches> LockAsync(ProfileSession session, Guid[] batchIds, CancellationToken ct) =>
        new(await BatchRows.LockAsync(session, batchIds, ct));

    internal IReadOnlyList<BatchRow> RowsOf(IEnumerable<Guid> batchIds) => [.. batchIds.Where(rows.ContainsKey).Select(id => rows[id])];
}
