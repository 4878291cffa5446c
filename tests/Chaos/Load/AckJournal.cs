using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace Freshet.Chaos.Load;

/// <summary>
/// What was promised, outside of what is tested: a line <c>id,profile,seq,sentAt,ackAt</c> per acknowledged event, on the disk before it
/// counts. Lines that come together share one flush.
/// </summary>
internal sealed class AckJournal : IAsyncDisposable
{
    private readonly Channel<Entry> lines = Channel.CreateUnbounded<Entry>();
    private readonly ConcurrentDictionary<Guid, byte> acknowledged = new();
    private readonly FileStream file;
    private readonly Task writing;

    public AckJournal(string path)
    {
        file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        writing = WriteAsync();
    }

    /// <summary>Events, each counted once.</summary>
    public int Count => acknowledged.Count;

    public IReadOnlyCollection<Guid> Acknowledged => [.. acknowledged.Keys];

    /// <summary>Completes when the events of the delivery are on the disk.</summary>
    public async Task AddAsync(Delivery delivery, DateTimeOffset sentAt, DateTimeOffset acknowledgedAt)
    {
        var text = new StringBuilder();
        foreach (var @event in delivery.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"{@event.EventId},{@event.Group},{delivery.Number},{sentAt:O},{acknowledgedAt:O}\n");
        }

        var entry = new Entry(Encoding.ASCII.GetBytes(text.ToString()), new(TaskCreationOptions.RunContinuationsAsynchronously));
        await lines.Writer.WriteAsync(entry);
        await entry.Written.Task;
        foreach (var @event in delivery.Events)
        {
            acknowledged.TryAdd(@event.EventId, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lines.Writer.TryComplete();
        await writing;
        await file.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var together = new List<Entry>();
        while (await lines.Reader.WaitToReadAsync())
        {
            together.Clear();
            while (lines.Reader.TryRead(out var entry))
            {
                await file.WriteAsync(entry.Line);
                together.Add(entry);
            }

            file.Flush(flushToDisk: true);
            together.ForEach(entry => entry.Written.TrySetResult());
        }
    }

    private sealed record Entry(byte[] Line, TaskCompletionSource Written);
}
