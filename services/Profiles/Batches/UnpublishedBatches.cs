using System.Collections.Concurrent;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Batches;

/// <summary>Batches whose changes wait in <c>event_batches.outgoing</c>.</summary>
public sealed class UnpublishedBatches(NpgsqlDataSource dataSource, KeyRing keys, StoredProfiles stored, FreshEpoch epoch, TimeProvider time) : IDisposable
{
    private const int RelayedAtATime = 50;

    // The mark is bookkeeping: if it gets lost the relay publishes again, so it need not wait for the disk. The bounds keep other days' partitions out of it.
    private const string MarkSql = """
        update event_batches set outgoing = null, outgoing_key = null, published_at = $4
        where batch_id between $1 and $2 and batch_id = any($3) and outgoing is not null
        """;

    private readonly ConcurrentQueue<Guid> marks = new();
    private readonly SemaphoreSlim marking = new(1);

    public void Dispose() => marking.Dispose();

    /// <summary>Null: unknown, or published already. Documents are the current ones, which may be newer than the batch.</summary>
    internal Task<Publication?> LoadAsync(Guid batchId, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        if (await ReadAsync(batchId, ct) is not ({ } value, var keyId))
        {
            return null;
        }

        var outgoing = Outgoing.Open(batchId, await keys.GetAsync(keyId, ct), value);
        return await CompleteAsync(batchId, outgoing, ct);
    });

    /// <summary>
    /// Remembers that batches are published. Callers that come while a mark is being written are covered by the next one, so that many
    /// batches cost one statement.
    /// </summary>
    internal async Task MarkAsync(IEnumerable<Guid> batchIds, CancellationToken ct)
    {
        foreach (var batchId in batchIds)
        {
            marks.Enqueue(batchId);
        }

        // Looked at again after the release: what came between the last look and the release would otherwise wait for the next caller.
        while (!marks.IsEmpty && await marking.WaitAsync(0, ct))
        {
            try
            {
                while (!marks.IsEmpty)
                {
                    await WriteMarksAsync(ct);
                }
            }
            finally
            {
                marking.Release();
            }
        }
    }

    /// <summary>One round: takes some overdue batches that no other host has at hand, publishes and marks them.</summary>
    internal Task<(int Published, bool HasMore)> RelayAsync(
        DateTimeOffset appliedBefore, Func<Publication, DateTimeOffset, CancellationToken, Task<bool>> publish, CancellationToken ct) =>
        StoreErrors.TranslateAsync(async () =>
        {
            await using var session = await ProfileSession.OpenAsync(dataSource, ct);
            var overdue = await TakeOverdueAsync(session, appliedBefore, ct);
            var done = new List<Guid>();
            foreach (var (batchId, value, keyId, appliedAt) in overdue)
            {
                var outgoing = Outgoing.Open(batchId, await keys.GetAsync(keyId, ct), value);
                if (!await publish(await CompleteAsync(batchId, outgoing, ct), appliedAt, ct))
                {
                    break;
                }

                done.Add(batchId);
            }

            await using var mark = session.Command(MarkSql);
            mark.Parameters.WithBounds(done).With<Guid[]>([.. done]).With(time.GetUtcNow());
            await mark.ExecuteNonQueryAsync(ct);
            await session.CommitAsync(ct);
            return (done.Count, HasMore: done.Count == RelayedAtATime);
        });

    private async Task<(byte[]? Outgoing, Guid KeyId)> ReadAsync(Guid batchId, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("select outgoing, outgoing_key from event_batches where batch_id = $1 and outgoing is not null");
        command.Parameters.With(batchId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetFieldValue<byte[]>(0), reader.GetGuid(1)) : default;
    }

    private static async Task<List<(Guid BatchId, byte[] Outgoing, Guid KeyId, DateTimeOffset AppliedAt)>> TakeOverdueAsync(
        ProfileSession session, DateTimeOffset appliedBefore, CancellationToken ct)
    {
        await using var command = session.Command("""
            select batch_id, outgoing, outgoing_key, applied_at from event_batches
            where outgoing is not null and applied_at <= $1
            order by applied_at limit $2
            for update skip locked
            """);
        command.Parameters.With(appliedBefore).With(RelayedAtATime);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var overdue = new List<(Guid, byte[], Guid, DateTimeOffset)>();
        while (await reader.ReadAsync(ct))
        {
            overdue.Add((reader.GetGuid(0), reader.GetFieldValue<byte[]>(1), reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return overdue;
    }

    private async Task<Publication> CompleteAsync(Guid batchId, Outgoing outgoing, CancellationToken ct)
    {
        var known = epoch.Known;
        var (documents, redirects) = await stored.ReadForPublishingAsync(outgoing.ProfileIds, ct);
        return new Publication(batchId, documents, redirects, outgoing.Changes, known);
    }

    private Task<int> WriteMarksAsync(CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        var ids = new List<Guid>();
        while (ids.Count < 1000 && marks.TryDequeue(out var id))
        {
            ids.Add(id);
        }

        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new("select set_config('synchronous_commit', 'off', true)"));
        var mark = new NpgsqlBatchCommand(MarkSql);
        mark.Parameters.WithBounds(ids).With<Guid[]>([.. ids]).With(time.GetUtcNow());
        batch.BatchCommands.Add(mark);
        return await batch.ExecuteNonQueryAsync(ct);
    });
}
