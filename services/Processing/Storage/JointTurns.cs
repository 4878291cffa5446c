using Freshet.Processing.Batches;
using Freshet.Processing.Bus;
using Freshet.Processing.Failing;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Failpoints;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Freshet.Processing.Storage;

/// <summary>
/// Lets batches that wait at the same time share a transaction. A batch that comes while no transaction is on its way to its commit gets one at
/// once; those that come meanwhile go together next, at the latest when that one has committed, and sooner when they hold
/// <see cref="BusOptions.EventsWorthATurn"/> events; at most <see cref="BusOptions.Concurrency"/> are open. So a quiet hour's batch waits for nobody,
/// and under load the cost of a transaction is spread over all that waited (docs/decisions/0022). A batch that goes alone takes a turn as well: after an outage or
/// a kill a hundred messages come again at once, and each would hold a connection and locks that the others wait for.
/// </summary>
public sealed partial class JointTurns(
    NpgsqlDataSource dataSource, JointApplication application, BatchAftermath aftermath, IOptions<BusOptions> options, ILogger<JointTurns> logger)
{
    private readonly LinkedList<WaitingBatch> waiting = [];
    private readonly Queue<TaskCompletionSource> alone = [];
    private readonly Lock gate = new();
    private int open;
    private int moving;
    private int waitingEvents;

    /// <summary>Batches that wait for a transaction.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count + alone.Count;
            }
        }
    }

    /// <summary>True: the batch was moved, committed and told. False: it has to be handled alone, nothing was done.</summary>
    internal Task<bool> JoinAsync(WaitingBatch batch)
    {
        lock (gate)
        {
            waiting.AddLast(batch);
            waitingEvents += batch.Events;
        }

        StartNext();
        return batch.Done;
    }

    /// <summary>Runs what moves and tells a single batch, when there is a turn for it.</summary>
    internal async Task AloneAsync(Func<Task> move, CancellationToken ct)
    {
        await TurnAsync(ct);
        try
        {
            await move();
        }
        finally
        {
            End();
        }
    }

    private async Task TurnAsync(CancellationToken ct)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            alone.Enqueue(turn);
        }

        StartNext();
        await using var giveUp = ct.Register(() => turn.TrySetCanceled(ct));
        await turn.Task;
    }

    private void End()
    {
        lock (gate)
        {
            open--;
        }

        StartNext();
    }

    // Committed or given up: readers are being told while the next ones move.
    private void EndMove()
    {
        lock (gate)
        {
            moving--;
        }

        StartNext();
    }

    private void StartNext()
    {
        List<WaitingBatch> group;
        lock (gate)
        {
            if (open >= options.Value.Concurrency || LetOneGoAlone() || waiting.Count == 0 || IsWorthWaiting())
            {
                return;
            }

            open++;
            moving++;
            group = Take();
        }

        _ = Task.Run(() => RunAsync(group));
    }

    // Small batches do better together behind the transaction that is on its way than each in one of its own beside it.
    private bool IsWorthWaiting() => moving > 0 && waitingEvents < options.Value.EventsWorthATurn;

    // They go first: they are few, and have waited before.
    private bool LetOneGoAlone()
    {
        while (alone.TryDequeue(out var turn))
        {
            if (turn.TrySetResult())
            {
                open++;
                return true;
            }
        }

        return false;
    }

    // A batch that is announced twice takes two turns: the second one finds it moved on.
    private List<WaitingBatch> Take()
    {
        var group = new List<WaitingBatch>();
        var taken = new HashSet<Guid>();
        var events = 0;
        for (var node = waiting.First; node is not null && group.Count < options.Value.BatchesTogether && events < options.Value.EventsTogether;)
        {
            var next = node.Next;
            if (taken.Add(node.Value.BatchId))
            {
                events += node.Value.Events;
                group.Add(node.Value);
                waiting.Remove(node);
                waitingEvents -= node.Value.Events;
            }

            node = next;
        }

        return group;
    }

    // The turn lasts until readers have been told: if Redis is slow, transactions wait for it instead of piling up before it.
    private async Task RunAsync(List<WaitingBatch> group)
    {
        try
        {
            if (await MoveOrPartAsync(group) is { } moved)
            {
                using var abandoned = AbandonmentOf(group);
                await aftermath.RunAsync(moved, abandoned.Token);
            }

            group.ForEach(batch => batch.End(isDone: true));
        }
        catch (Exception failure)
        {
            group.ForEach(batch => batch.Fail(failure));
        }
        finally
        {
            End();
        }
    }

    /// <summary>Null: they could not be moved together. Each is then handled alone, which finds out whose fault it is, and says so.</summary>
    private async Task<IReadOnlyList<EventBatchState>?> MoveOrPartAsync(List<WaitingBatch> group)
    {
        try
        {
            return await MoveAsync(group);
        }
        catch (Exception failure)
        {
            Log.Parted(logger, Failures.Classify(failure) == FailureKind.Defect ? LogLevel.Warning : LogLevel.Information, group.Count, Failures.CodeOf(failure));
            group.ForEach(batch => batch.End(isDone: false));
            return null;
        }
        finally
        {
            EndMove();
        }
    }

    private async Task<IReadOnlyList<EventBatchState>> MoveAsync(List<WaitingBatch> group)
    {
        using var all = AbandonmentOf(group);
        await using var session = await ProfileSession.OpenAsync(dataSource, all.Token);
        var locked = await LockedBatches.LockAsync(session, [.. group.Select(batch => batch.BatchId)], all.Token);
        LetSuspectsGo(group, locked);
        if (group.Count == 0)
        {
            return [];
        }

        // Those who left wait for nothing here any more: they must not keep a transaction that all others have given up.
        using var abandoned = AbandonmentOf(group);
        var ct = abandoned.Token;
        var turn = new JointTurn(session, locked, application, group.Count);
        var behaviors = group.ConvertAll(batch => batch.BehaveAsync(turn));
        await turn.ApplyAsync(ct);
        var moved = await Task.WhenAll(behaviors);
        Failpoint.Hit(Failpoint.BeforeCommit);
        await session.CommitAsync(ct);
        return [.. moved.OfType<EventBatchState>()];
    }

    // What has failed before is suspect: it goes alone, or it would take its neighbors along again.
    private static void LetSuspectsGo(List<WaitingBatch> group, LockedBatches locked)
    {
        var suspects = locked.All.Where(batch => batch.Attempt > 0).Select(batch => batch.BatchId).ToHashSet();
        foreach (var suspect in group.Where(batch => suspects.Contains(batch.BatchId)))
        {
            suspect.End(isDone: false);
        }

        group.RemoveAll(batch => batch.Done.IsCompleted);
    }

    private static Abandonment AbandonmentOf(List<WaitingBatch> group) => new(group.Select(batch => batch.CancellationToken));

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "{Batches} batches could not be applied together ({Code}) and are applied one by one",
            EventName = "batches.parted")]
        public static partial void Parted(ILogger logger, LogLevel level, int batches, string code);
    }
}
