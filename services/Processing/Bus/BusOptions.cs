using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Bus;

/// <summary>How the consumer of event batches works. Section <c>Processing:Bus</c>.</summary>
public sealed class BusOptions
{
    public const string Section = "Processing:Bus";

    /// <summary>Transactions at a time in this process, those of a single batch included. Each holds a connection to PostgreSQL; batches that wait
    /// meanwhile share the next one.</summary>
    /// <value>3: one computes, one waits for the disk, one tells the readers. More would only make the transactions smaller.</value>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 3;

    /// <summary>Waiting events for which a transaction is begun beside one that has not committed yet; fewer wait for its commit.</summary>
    /// <value>100.</value>
    [Range(1, 100_000)]
    public int EventsWorthATurn { get; set; } = 100;

    /// <summary>Batches that share a transaction at most.</summary>
    /// <value>64.</value>
    [Range(1, 1000)]
    public int BatchesTogether { get; set; } = 64;

    /// <summary>A transaction takes no further batch once it has this many events; it can end with up to a batch more.</summary>
    /// <value>1,000: as much as a few large batches, so that a backlog's transactions stay below about a tenth of a second.</value>
    [Range(1, 100_000)]
    public int EventsTogether { get; set; } = 1000;

    /// <summary>Messages that are handled at a time, most of them waiting for a transaction to share. The broker sends no more ahead.</summary>
    /// <value>128: two transactions of 64.</value>
    [Range(1, 10_000)]
    public ushort Prefetch { get; set; } = 128;

    /// <summary>First wait before a message whose batch failed for want of a server is tried again.</summary>
    /// <value>100 milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan FirstHold { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest such wait: what a recovery takes at most until batches move again.</summary>
    /// <value>2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan LongestHold { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a message is held back while a server is away; then it is given up to the error queue, which drops it, and the relay
    /// sends it again. Must stay below the broker's consumer timeout (30 minutes by default), or the broker closes the channel.
    /// </summary>
    /// <value>15 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:29:00")]
    public TimeSpan HoldFor { get; set; } = TimeSpan.FromMinutes(15);
}
