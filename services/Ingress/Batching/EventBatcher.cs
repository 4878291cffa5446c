using System.Threading.Channels;
using Freshet.Profiles.Batches;
using Microsoft.Extensions.Options;

namespace Freshet.Ingress.Batching;

/// <summary>
/// Gathers the events of requests that arrive at about the same time into one commit. With no commit under way the first request starts
/// one at once and waits for nobody; while one is under way the next gathers for <see cref="BatchingOptions.Linger"/>. So a single sender
/// pays nothing and a crowd shares its commits. A request is never cut in two.
/// </summary>
public sealed partial class EventBatcher : IHostedService, IDisposable
{
    private static readonly Receipt Overloaded = new Receipt.Refused(
        "overloaded", "More requests wait to be stored than may. Send this one again later.", TimeSpan.FromSeconds(1));

    private readonly IBatchKeeper _keeper;
    private readonly BatchingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EventBatcher> _logger;
    private readonly Channel<Submission> _waiting;
    private readonly SemaphoreSlim _slots;
    private Task _pump = Task.CompletedTask;
    private long _waitingBytes;

    public EventBatcher(IBatchKeeper keeper, IOptions<BatchingOptions> options, TimeProvider time, ILogger<EventBatcher> logger)
    {
        _keeper = keeper;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _slots = new SemaphoreSlim(_options.MaxCommits);

        // Wait, and only TryWrite is used: a full queue is an answer to the sender, never a wait of ours.
        _waiting = Channel.CreateBounded<Submission>(new BoundedChannelOptions(_options.MaxWaitingRequests)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
    }

    /// <summary>Completes when the events are durable, or refused. The submission is the batcher's from here on.</summary>
    /// <param name="submission">The events of one request.</param>
    /// <param name="ct">Stops the waiting, not the commit: the batch belongs to other requests too.</param>
    public Task<Receipt> AppendAsync(Submission submission, CancellationToken ct)
    {
        if (Interlocked.Add(ref _waitingBytes, submission.Bytes) > _options.MaxWaitingBytes || !_waiting.Writer.TryWrite(submission))
        {
            Interlocked.Add(ref _waitingBytes, -submission.Bytes);
            submission.Release();
            return Task.FromResult(Overloaded);
        }

        return submission.Completion.WaitAsync(ct);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _pump = PumpAsync();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more and finishes what waits. The web server has stopped by now.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _pump.WaitAsync(cancellationToken);
        for (var slot = 0; slot < _options.MaxCommits; slot++)
        {
            await _slots.WaitAsync(cancellationToken);
        }

        // A second stop finds the same quiet.
        _slots.Release(_options.MaxCommits);
    }

    public void Dispose() => _slots.Dispose();

    private async Task PumpAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            await _slots.WaitAsync();
            var isBusy = _slots.CurrentCount < _options.MaxCommits - 1;
            if (isBusy && _options.Linger > TimeSpan.Zero)
            {
                await Task.Delay(_options.Linger, _time);
            }

            _ = CommitAsync(Gather());
        }
    }

    private List<Submission> Gather()
    {
        var gathered = new List<Submission>();
        var events = 0;
        while (_waiting.Reader.TryPeek(out var next) && (gathered.Count == 0 || events + next.Events.Count <= _options.MaxEvents))
        {
            _waiting.Reader.TryRead(out _);
            gathered.Add(next);
            events += next.Events.Count;
        }

        return gathered;
    }

    // The edge of this loop: whatever goes wrong is told to the requests that wait, and the loop goes on.
    private async Task CommitAsync(List<Submission> submissions)
    {
        try
        {
            var batch = Join(submissions);
            var result = await _keeper.KeepAsync(batch);
            var receipts = Receipts.Of(result, batch, submissions);
            for (var i = 0; i < receipts.Length; i++)
            {
                submissions[i].Complete(receipts[i]);
                submissions[i].Release();
            }
        }
        catch (Exception failure)
        {
            Log.CommitFailed(_logger, failure, submissions.Count);
            submissions.ForEach(submission => submission.Fail(failure));
        }
        finally
        {
            Interlocked.Add(ref _waitingBytes, -submissions.Sum(submission => submission.Bytes));
            _slots.Release();
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
        [LoggerMessage(1, LogLevel.Error, "A batch of {Requests} requests could not be kept, which is a defect", EventName = "batch.failed")]
        public static partial void CommitFailed(ILogger logger, Exception failure, int requests);
    }
}
