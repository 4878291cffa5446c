using System.Data.Common;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;

namespace Freshet.Ingress.Batching;

/// <summary>
/// Knows whether PostgreSQL is away. After a failure it asks on its own until an answer comes, so that no request has to find out by waiting.
/// </summary>
public sealed partial class StoreWatch(
    BatchProgress progress, EventLog events, IOptions<BatchingOptions> options, TimeProvider time, ILogger<StoreWatch> logger)
    : BackgroundService
{
    private readonly SemaphoreSlim _failed = new(0, 1);
    private readonly BatchingOptions _options = options.Value;
    private volatile bool _isAway;
    private volatile bool _canSeal;
    private TaskCompletionSource _back = CompletedSource();

    public bool IsAway => _isAway;

    /// <summary>Whether this host has had a batch key: without one nothing can be sealed, and so nothing spilled.</summary>
    public bool CanSeal => _canSeal;

    /// <summary>Completes when PostgreSQL is not away.</summary>
    public Task BackAsync(CancellationToken ct) => _back.Task.WaitAsync(ct);

    /// <summary>Asks PostgreSQL, within the budget of a commit.</summary>
    public async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            using var budget = CancellationTokenSource.CreateLinkedTokenSource(ct);
            budget.CancelAfter(_options.StoreTimeout);
            await progress.GetAsync(default, budget.Token).WaitAsync(_options.StoreTimeout, time, ct);
            return true;
        }
        catch (Exception failure) when (
            !ct.IsCancellationRequested && failure is (StoreUnavailableException or OperationCanceledException or TimeoutException))
        {
            return false;
        }
    }

    public void Failed()
    {
        lock (_failed)
        {
            if (!_isAway)
            {
                _back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _isAway = true;
                _failed.Release();
            }
        }
    }

    public override void Dispose()
    {
        _failed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WarmUpAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _failed.WaitAsync(stoppingToken);
            do
            {
                await Task.Delay(_options.CircuitOpenFor, time, stoppingToken);
            }
            while (!await AnswersAsync(stoppingToken));

            Log.Back(logger);
            lock (_failed)
            {
                _isAway = false;
                _back.TrySetResult();
            }
        }
    }

    private static TaskCompletionSource CompletedSource()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    // Loads the batch key before the first event needs it: without one nothing can be spilled.
    private async Task WarmUpAsync(CancellationToken ct)
    {
        var nothing = new EventBatch { BatchId = Guid.Empty, Events = [] };
        while (true)
        {
            try
            {
                await events.SealAsync(nothing, ct);
                _canSeal = true;
                return;
            }
            catch (Exception failure) when (failure is StoreUnavailableException or DbException)
            {
                // Away, or not migrated yet.
                await Task.Delay(_options.CircuitOpenFor, time, ct);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "PostgreSQL answers again", EventName = "store.back")]
        public static partial void Back(ILogger logger);
    }
}
