using System.Data.Common;
using Freshet.Profiles.Ledger;
using Freshet.Profiles.Storage;

namespace Freshet.Ingress.Receiving;

/// <summary>
/// Counts per source and hour what was refused, and brings the counts to the ledger at most once a second. Only senders that have proven who they
/// are come in here: nobody else can make this host write. What the last second counted is lost with a host that is killed.
/// </summary>
public sealed partial class RefusalBook(RefusalLedger ledger, TimeProvider time, ILogger<RefusalBook> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Source, DateTimeOffset Hour), Page> _pages = [];

    public void Add(string sourceId, int events)
    {
        var now = time.GetUtcNow();
        var hour = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        lock (_gate)
        {
            if (!_pages.TryGetValue((sourceId, hour), out var page))
            {
                _pages[(sourceId, hour)] = page = new Page(Guid.CreateVersion7(now));
            }

            page.Total += events;
        }
    }

    /// <summary>Lets a write that is under way end, then writes what is left, as long as the host waits for it.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: false })
        {
            return;
        }

        try
        {
            await WriteAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException late) when (cancellationToken.IsCancellationRequested)
        {
            Log.Unwritten(logger, late.GetType().Name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync();
        }
    }

    // Only the wait between two writes ends with the host. A write ends by its own patience: to cancel one runs the driver's own code inside of StopAsync,
    // and what that throws on a connection that is just failing would be thrown there, in place of the last write.
    private async Task WriteAsync()
    {
        var totals = Unwritten();
        if (totals.Count == 0)
        {
            return;
        }

        try
        {
            using var budget = new CancellationTokenSource(Patience, time);
            await ledger.WriteAsync(totals, budget.Token);
            Written(totals);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException or DbException)
        {
            // The totals stay here and are written with the next ones. Whatever the database objects to, a count of refusals must never end the host.
            Log.Unwritten(logger, failure.GetType().Name);
        }
    }

    private List<RefusedTotal> Unwritten()
    {
        lock (_gate)
        {
            return [.. _pages
                .Where(page => page.Value.Total > page.Value.Written)
                .Select(page => new RefusedTotal(page.Value.BookId, page.Key.Source, page.Key.Hour, page.Value.Total))];
        }
    }

    private void Written(List<RefusedTotal> totals)
    {
        lock (_gate)
        {
            foreach (var total in totals)
            {
                _pages[(total.SourceId, total.Hour)].Written = total.Total;
            }

            // A page of an hour that is over gets no more entries.
            var over = time.GetUtcNow() - TimeSpan.FromHours(2);
            foreach (var (key, page) in _pages.Where(page => page.Key.Hour < over && page.Value.Total == page.Value.Written).ToList())
            {
                _pages.Remove(key);
            }
        }
    }

    private sealed class Page(Guid bookId)
    {
        public Guid BookId { get; } = bookId;

        public int Total { get; set; }

        public int Written { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Counts of refused events wait for PostgreSQL ({Failure})", EventName = "refused.unwritten")]
        public static partial void Unwritten(ILogger logger, string failure);
    }
}
