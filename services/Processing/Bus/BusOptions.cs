using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Bus;

/// <summary>How the consumer of event batches works. Section <c>Processing:Bus</c>.</summary>
public sealed class BusOptions
{
    public const string Section = "Processing:Bus";

    /// <summary>Batches that are applied at a time in this process. Each holds a connection to PostgreSQL.</summary>
    /// <value>4: on two cores shared with PostgreSQL, two keep the cores busy and two more wait for the disk and the broker.</value>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Messages that the broker sends ahead. More than that stay with the broker, for another instance to take.</summary>
    /// <value>16: four per batch at work, so that no consumer waits for the broker; they are a few bytes each.</value>
    [Range(1, 10_000)]
    public ushort Prefetch { get; set; } = 16;

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
