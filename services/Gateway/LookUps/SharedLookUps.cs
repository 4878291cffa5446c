using System.Collections.Concurrent;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sources;

namespace Freshet.Gateway.LookUps;

/// <summary>
/// One look-up per source and profile at a time, however many queries want it. It belongs to none of them: a query that has no more time leaves, and
/// the look-up goes on within its bound, so that the next query finds the value.
/// </summary>
public sealed partial class SharedLookUps(LookUpCaller caller, LookUpMetrics metrics, TimeProvider time, ILogger<SharedLookUps> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string SourceId, Guid ProfileId), Task<LookUpOutcome>> running = [];
    private readonly ConcurrentDictionary<string, LookUpResult> last = [];
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Asks, or waits for who asks already. Never fails for what the source did.</summary>
    /// <param name="source">With a look-up.</param>
    /// <param name="profile">As it is known.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="ct">Ends the wait, not the look-up.</param>
    public async Task<LookUpOutcome> AskAsync(Source source, ProfileDocument profile, TimeSpan patience, CancellationToken ct)
    {
        try
        {
            return await Shared(source, profile).WaitAsync(patience, time, ct);
        }
        catch (TimeoutException)
        {
            return new LookUpOutcome(LookUpResult.TimedOut);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running.Values);
        stopping.Dispose();
    }

    private Task<LookUpOutcome> Shared(Source source, ProfileDocument profile)
    {
        var key = (source.Id, profile.Id);
        if (running.TryGetValue(key, out var known))
        {
            return known;
        }

        var mine = new TaskCompletionSource<LookUpOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = running.GetOrAdd(key, mine.Task);
        if (first == mine.Task)
        {
            // What belongs to one query alone, such as its trace, does not go along with the others.
            using var flow = ExecutionContext.IsFlowSuppressed() ? default(IDisposable) : ExecutionContext.SuppressFlow();
            _ = RunAsync(mine, source, profile);
        }

        return first;
    }

    private async Task RunAsync(TaskCompletionSource<LookUpOutcome> mine, Source source, ProfileDocument profile)
    {
        var started = time.GetTimestamp();
        var outcome = new LookUpOutcome(LookUpResult.Failed);
        try
        {
            outcome = await caller.AskAsync(source, profile, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody waits any more.
        }
        catch (Exception failure)
        {
            // The edge of this work: its queries get the stale value, and whoever runs the system gets the cause.
            Log.Broken(logger, source.Id, failure);
        }

        running.TryRemove(KeyValuePair.Create((source.Id, profile.Id), mine.Task));
        Tell(source.Id, outcome.Result, time.GetElapsedTime(started));
        mine.SetResult(outcome);
    }

    private void Tell(string sourceId, LookUpResult result, TimeSpan elapsed)
    {
        var isAsked = LookUpOutcome.IsAsked(result);
        metrics.Ended(sourceId, result, isAsked ? elapsed : null);
        if (!isAsked && result != LookUpResult.Misconfigured)
        {
            return;
        }

        // A host that is down for an hour is one line, not one per query.
        var isNews = !last.TryGetValue(sourceId, out var before) || before != result;
        last[sourceId] = result;
        if (isNews && result is not (LookUpResult.Refreshed or LookUpResult.NotKnown))
        {
            Log.Changed(logger, sourceId, LookUpOutcome.Word(result));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The look-up of source {SourceId} broke off", EventName = "lookup.broken")]
        public static partial void Broken(ILogger logger, string sourceId, Exception failure);

        [LoggerMessage(2, LogLevel.Warning, "Look-ups of source {SourceId} end with {Result} now; readers get stale values. docs/guides/refresh-a-trait.md says what it means",
            EventName = "lookup.failing")]
        public static partial void Changed(ILogger logger, string sourceId, string result);
    }
}
