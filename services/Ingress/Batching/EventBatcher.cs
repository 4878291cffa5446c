using Freshet.Profiles.Batches;
using Microsoft.Extensions.Options;

namespace Freshet.Ingress.Batching;

/// <summary>
/// Gathers the events of requests that arrive at about the same time into one commit. A single sender waits for nobody; a crowd shares its
/// commits, because a commit, its message and its saga cost nearly the same for one event as for hundreds. A request is never cut in two.
/// </summary>
public sealed partial class EventBatcher : IHostedService, IDisposable
{
    private static readonly Receipt Overloaded = new Receipt.Refused(
        "overloaded", "More requests wait to be stored than may. Send this one again later.", TimeSpan.FromSeconds(1));

    private readonly IBatchKeeper _keeper;
    private readonly BatchingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EventBatcher> _logger;
    private readonly WaitingLine _waiting;
    private readonly SemaphoreSlim _slots;
    private readonly Lazy<Task> _end;
    private Task _pump = Task.CompletedTask;

    public EventBatcher(IBatchKeeper keeper, IOptions<BatchingOptions> options, TimeProvider time, ILogger<EventBatcher> logger)
    {
        _keeper = keeper;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _slots = new SemaphoreSlim(_options.MaxCommits);
        _waiting = new WaitingLine(_options);
        _end = new Lazy<Task>(FinishAsync);
    }

    /// <summary>Completes when the events are durable, or refused. The submission is the batcher's from here on.</summary>
    public Task<Receipt> AppendAsync(Submission submission)
    {
        if (_waiting.TryJoin(submission))
        {
            return submission.Completion;
        }

        submission.Release();
        return Task.FromResult(Overloaded);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _pump = PumpAsync();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more and finishes what waits. The web server has stopped by now. A second stop waits for the first.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _end.Value.WaitAsync(cancellationToken);

    public void Dispose() => _slots.Dispose();

    private async Task FinishAsync()
    {
        _waiting.Close();
        await _pump;
        for (var slot = 0; slot < _options.MaxCommits; slot++)
        {
            await _slots.WaitAsync();
        }
    }

    // If gathering itself breaks, nobody may wait for ever: who waits is told, and who comes later is refused.
    private async Task PumpAsync()
    {
        try
        {
            while (await _waiting.AnyoneAsync())
            {
                await _slots.WaitAsync();
                _ = CommitAsync(await GatherAsync());
            }
        }
        catch (Exception defect)
        {
            Log.PumpEnded(_logger, defect);
            _waiting.Close();
            Answer(_waiting.Take(), [], defect);
            throw;
        }
    }

    private async Task<List<Submission>> GatherAsync()
    {
        var underWay = _options.MaxCommits - 1 - _slots.CurrentCount;
        var wanted = Crowd.Wanted(_waiting.Crowd, underWay, _options);

        // Out of patience is no failure: what has come is committed.
        await _waiting.ReachesAsync(wanted).WaitAsync(_options.Linger, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _waiting.Take();
    }

    // The edge of this loop: whatever goes wrong is told to the requests that wait, and the loop goes on.
    private async Task CommitAsync(List<Submission> submissions)
    {
        var receipts = Array.Empty<Receipt>();
        Exception? defect = null;
        try
        {
            var batch = Join(submissions);
            receipts = Receipts.Of(await _keeper.KeepAsync(batch), batch, submissions);
        }
        catch (Exception failure)
        {
            Log.CommitFailed(_logger, failure, submissions.Count);
            defect = failure;
        }

        // First the slot: the next commit is under way while this one's requests are answered, one after the other, right here.
        _waiting.Leave(submissions);
        _slots.Release();
        Answer(submissions, receipts, defect);
    }

    private static void Answer(List<Submission> submissions, Receipt[] receipts, Exception? defect)
    {
        for (var i = 0; i < submissions.Count; i++)
        {
            if (defect is null)
            {
                submissions[i].Release();
                submissions[i].Complete(receipts[i]);
            }
            else
            {
                // Memory that a failed commit may still read is left to the collector.
                submissions[i].Fail(defect);
            }
        }
    }

    private EventBatch Join(List<Submission> submissions)
    {
        var events = submissions is [var only] ? only.Events : [.. submissions.SelectMany(submission => submission.Events)];
        return new EventBatch
        {
            BatchId = Guid.CreateVersion7(_time.GetUtcNow()),
            Events = events,
            Filtered = [.. submissions.Select(submission => submission.Filtered).OfType<FilteredCount>()],
        };
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Critical, "Events can no longer be gathered, which is a defect; restart this host", EventName = "batcher.ended")]
        public static partial void PumpEnded(ILogger logger, Exception failure);

        [LoggerMessage(1, LogLevel.Error, "A batch of {Requests} requests could not be kept, which is a defect", EventName = "batch.failed")]
        public static partial void CommitFailed(ILogger logger, Exception failure, int requests);
    }
}
