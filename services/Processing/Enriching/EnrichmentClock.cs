using System.Collections.Concurrent;
using Freshet.Processing.Failing;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Sources;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Enriching;

/// <summary>Begins the work on orders that are due, as fast as their sources may be asked. Several instances share it by skipping each other's rows. It
/// waits for no call, so a source that hangs keeps no other one from being asked.</summary>
public sealed partial class EnrichmentClock(
    EnrichmentOrders orders, EnrichmentWork work, WorkspaceFeed workspace, EnrichmentSignals signals, IOptions<EnrichingOptions> options, TimeProvider time)
    : BackgroundService
{
    private readonly ConcurrentDictionary<(string SourceId, int PerSecond), SourceTurns> turns = [];
    private readonly ConcurrentDictionary<(Guid OrderId, int Generation, Guid Lease), Task> running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await signals.Doorbell.WaitAsync(await TickAsync(stoppingToken), stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(running.Values);
        }
    }

    /// <summary>Begins what can begin, and says how long there is nothing to do.</summary>
    private async Task<TimeSpan> TickAsync(CancellationToken ct)
    {
        var (known, wait) = (workspace.Current, options.Value.PollInterval);
        try
        {
            foreach (var enrichment in known.HttpEnrichments)
            {
                if (known.Sources.GetValueOrDefault(enrichment.SourceId) is { IsEnabled: true, LookUp: not null } source
                    && await BeginAsync(enrichment, source, ct) is { } more && more < wait)
                {
                    wait = more;
                }
            }
        }
        catch (Exception failure) when (Failures.IsTransient(failure) && !ct.IsCancellationRequested)
        {
            signals.Held(failure);
        }

        return wait;
    }

    private async Task<TimeSpan?> BeginAsync(HttpEnrichment enrichment, Source source, CancellationToken ct)
    {
        var turn = turns.GetOrAdd((source.Id, source.LookUp!.RequestsPerSecond), _ => new SourceTurns(source, options.Value.MaxCalls, time));
        var (granted, more) = turn.Take();
        if (granted == 0)
        {
            return more;
        }

        IReadOnlyList<ClaimedOrder> claimed = [];
        try
        {
            claimed = await orders.ClaimAsync(enrichment, granted, options.Value.Lease, ct);
        }
        finally
        {
            turn.Return(granted - claimed.Count);
        }

        foreach (var order in claimed)
        {
            var key = (order.OrderId, order.Generation, order.Lease);
            var began = running[key] = RunAsync(enrichment, source, order, turn, ct);
            _ = began.ContinueWith(_ => running.TryRemove(key, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return claimed.Count == granted ? more : null;
    }

    private async Task RunAsync(HttpEnrichment enrichment, Source source, ClaimedOrder order, SourceTurns turn, CancellationToken ct)
    {
        var (started, wasAsked) = (time.GetTimestamp(), true);
        try
        {
            var outcome = await work.RunAsync(enrichment, source, order, ct);
            wasAsked = outcome != EnrichmentWork.Shared;
            signals.Ended(enrichment, outcome, time.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await GiveBackAsync(order);
        }
        catch (Exception failure)
        {
            // The edge of this work. The order comes back when its lease is over, and each time counts as an attempt.
            signals.Broken(enrichment, failure);
        }

        if (wasAsked)
        {
            turn.End(1);
        }
        else
        {
            turn.Return(1);
        }

        signals.Doorbell.Ring();
    }

    // The host ends, and no fault of the source is in it: another host takes the order at once, and no attempt counts.
    private async Task GiveBackAsync(ClaimedOrder order)
    {
        try
        {
            await orders.PutOffAsync(order, time.GetUtcNow(), order.Attempt - 1, "host-stopped", CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It comes back when its lease is over.
        }
    }
}
