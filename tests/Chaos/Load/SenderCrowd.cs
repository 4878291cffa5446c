using System.Threading.Channels;
using Freshet.Chaos.Plans;

namespace Freshet.Chaos.Load;

/// <summary>All senders together: a steady rate of new events, and old deliveries that come again.</summary>
internal sealed class SenderCrowd(Plan plan, int seed, Script script, Sender sender, TimeProvider time)
{
    private const int Workers = 24;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private readonly long started = time.GetTimestamp();
    private readonly PriorityQueue<Delivery, TimeSpan> again = new();
    private readonly HashSet<int> repeated = [];
    private readonly Lock gate = new();
    private int deliveries;
    private int events;
    private int repeats;

    /// <summary>Deliveries that were begun, by number from 0. All of them are acknowledged when <see cref="RunAsync"/> returns.</summary>
    public int Deliveries => Volatile.Read(ref deliveries);

    /// <summary>All of them, made anew.</summary>
    public IEnumerable<Delivery> Begun() => Enumerable.Range(0, Deliveries).Select(number => script.Delivery(script.InOrder(number)));

    public int Repeats => Volatile.Read(ref repeats);

    /// <summary>Begins new deliveries for as long as <paramref name="length"/>, and longer if <paramref name="faults"/> still last: a host that is armed to
    /// end in the middle of its work needs work. Then waits until each is acknowledged.</summary>
    public async Task RunAsync(TimeSpan length, Task faults, CancellationToken ct)
    {
        var work = Channel.CreateBounded<Delivery>(Workers);
        var workers = Enumerable.Range(0, Workers).Select(_ => WorkAsync(work.Reader, ct)).ToList();
        using var timer = new PeriodicTimer(Tick, time);
        while (time.GetElapsedTime(started) is var elapsed && (elapsed < length || !faults.IsCompleted))
        {
            while (Next(elapsed) is { } delivery)
            {
                await work.Writer.WriteAsync(delivery, ct);
            }

            await timer.WaitForNextTickAsync(ct);
        }

        work.Writer.Complete();
        await Task.WhenAll(workers);
    }

    private async Task WorkAsync(ChannelReader<Delivery> work, CancellationToken ct)
    {
        await foreach (var delivery in work.ReadAllAsync(ct))
        {
            if (await sender.DeliverAsync(delivery, ct) is not null)
            {
                Repeat(delivery);
            }
        }
    }

    // One thread asks; only what comes again is put in by others.
    private Delivery? Next(TimeSpan elapsed)
    {
        lock (gate)
        {
            if (again.TryPeek(out _, out var due) && due <= elapsed)
            {
                return again.Dequeue();
            }
        }

        if (events >= elapsed.TotalSeconds * plan.Rate)
        {
            return null;
        }

        var delivery = script.Delivery(script.InOrder(deliveries++));
        events += delivery.Events.Count;
        return delivery;
    }

    // How often and when again follows from seed and number: a repeat is not repeated a second time.
    private void Repeat(Delivery delivery)
    {
        var elapsed = time.GetElapsedTime(started);
        var random = new Random(unchecked(seed + (delivery.Number * 131)));
        if (random.Next(100) >= plan.Repeated)
        {
            return;
        }

        lock (gate)
        {
            if (!repeated.Add(delivery.Number))
            {
                return;
            }

            for (var count = random.Next(1, 5); count > 0; count--)
            {
                again.Enqueue(delivery, elapsed + TimeSpan.FromMilliseconds(random.Next(20_000)));
                repeats++;
            }
        }
    }
}
