using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>
/// Reads of many callers in one command. Whoever comes while one is on its way goes with the next, so that a crowd shares the
/// sending, the waiting and the waking, and a lone caller waits for nobody. Callers share nothing but the command: each gets the bytes of its own key.
/// </summary>
/// <remarks>Callers go on one after the other on the thread that has the answer, so they must not block it. How many may wait is bounded by who lets them in.</remarks>
public sealed class FreshReads(IConnectionMultiplexer redis, RedisCircuits circuits, IOptions<FreshOptions> options)
{
    // Redis does nothing else meanwhile: this many take it some hundred microseconds.
    private const int MaxKeys = 256;

    private readonly TimeSpan budget = options.Value.ReadBudget;
    private readonly IDatabase database = redis.GetDatabase();
    private readonly Lock gate = new();
    private readonly Queue<Waiting> waiting = [];
    private bool isAsking;

    /// <summary>The value of a profile; null if Redis has none. Not answered: Redis is away, too slow, or being left alone.</summary>
    internal Task<(bool Answered, byte[]? Value)> GetAsync(Guid profileId, CancellationToken ct)
    {
        var caller = new Waiting(FreshKeys.Profile(profileId));
        Waiting[]? batch;
        lock (gate)
        {
            waiting.Enqueue(caller);
            batch = Next();
        }

        Start(batch);
        return ct.CanBeCanceled ? caller.Task.WaitAsync(ct) : caller.Task;
    }

    private void Start(Waiting[]? batch)
    {
        if (batch is null)
        {
            return;
        }

        // What belongs to one caller alone, such as its trace, does not go along with the others.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _ = SendAsync(batch);
        flow?.Undo();
    }

    // Under the gate. Null: nobody waits, or a command is on its way. More than one at a time were not quicker (docs/performance.md).
    private Waiting[]? Next()
    {
        if (waiting.Count == 0 || isAsking)
        {
            return null;
        }

        isAsking = true;
        var batch = new Waiting[Math.Min(waiting.Count, MaxKeys)];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = waiting.Dequeue();
        }

        return batch;
    }

    private async Task SendAsync(Waiting[] batch)
    {
        try
        {
            // A late command makes each of its callers late, and the circuit counts them all.
            var (answered, values) = await circuits.Reads.TryAsync(() => FetchAsync(batch), budget, CancellationToken.None, batch.Length);
            StartNext();
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i].SetResult((answered, answered ? (byte[]?)values[i] : null));
            }
        }
        catch (Exception failure)
        {
            // Whatever it is, it belongs to those who wait.
            StartNext();
            Array.ForEach(batch, caller => caller.TrySetException(failure));
        }
    }

    // Before the callers go on, so that the next answer comes while they work.
    private void StartNext()
    {
        Waiting[]? batch;
        lock (gate)
        {
            isAsking = false;
            batch = Next();
        }

        Start(batch);
    }

    private Task<RedisValue[]> FetchAsync(Waiting[] batch) => database.StringGetAsync(Array.ConvertAll(batch, caller => caller.Key));

    private sealed class Waiting(RedisKey key) : TaskCompletionSource<(bool Answered, byte[]? Value)>
    {
        public RedisKey Key => key;
    }
}
