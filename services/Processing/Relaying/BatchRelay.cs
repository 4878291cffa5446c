using System.Collections.Immutable;
using Freshet.Processing.Bus;
using Freshet.Processing.Failing;
using Freshet.Processing.Signals;
using Freshet.Profiles.Batches;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Relaying;

/// <summary>
/// Makes up for every message that was not sent, not confirmed or lost: announces batches that are still Received, and publishes
/// changes that are not in Redis yet. It also is the only one who announces the batches that a replay makes in the database.
/// </summary>
public sealed partial class BatchRelay(
    OpenBatches batches,
    BatchAnnouncer announcer,
    BatchPublisher publisher,
    [FromKeyedServices(Notifications.BatchReady)] Doorbell doorbell,
    RelayReport report,
    IOptions<RelayOptions> options)
    : BackgroundService
{
    private ImmutableDictionary<Guid, Announced> remembered = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TickAsync(stoppingToken);
            await doorbell.WaitAsync(options.Value.Interval, stoppingToken);
        }
    }

    /// <summary>Looks once. The two halves do not wait for each other's server.</summary>
    public async Task TickAsync(CancellationToken ct)
    {
        await GuardAsync("announcing", AnnounceAsync, ct);
        await GuardAsync("publishing", PublishAsync, ct);
    }

    private Task AnnounceAsync(CancellationToken ct) => batches.RelayAsync(options.Value.Limit, open => AnnounceAsync(open, ct), ct);

    private async Task AnnounceAsync(IReadOnlyCollection<OpenBatch> open, CancellationToken ct)
    {
        var plan = RelayPlan.Decide(open, remembered, report.Now, options.Value);
        foreach (var batch in plan.Announce)
        {
            await announcer.ReceivedAsync(batch.BatchId, batch.Events, ct);
        }

        // Only now: what a broker that is away did not take must be announced at the next look.
        remembered = plan.Remembered;
        report.Announced(plan.Announce.Count);
    }

    private async Task PublishAsync(CancellationToken ct) =>
        report.Published(await publisher.PublishOverdueAsync(options.Value.PublishAfter, ct));

    private async Task GuardAsync(string what, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            await work(ct);
            report.Done(what);
        }
        catch (Exception failure) when (Failures.IsTransient(failure) && !ct.IsCancellationRequested)
        {
            report.Held(what, failure);
        }
    }
}
