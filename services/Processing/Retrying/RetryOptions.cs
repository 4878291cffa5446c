using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Retrying;

/// <summary>How often and when a batch that could not be applied is tried again. Section <c>Processing:Retrying</c>.</summary>
public sealed class RetryOptions
{
    public const string Section = "Processing:Retrying";

    /// <summary>Attempts of a failing event, the first one included, before it is parked as a dead letter.</summary>
    /// <value>5.</value>
    [Range(1, 50)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Wait before the second attempt; each further one doubles it.</summary>
    /// <value>1 second: with 5 attempts an event is parked about 15 seconds after its first failure.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>No wait is longer, before jitter.</summary>
    /// <value>5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest part of a wait that is added or taken away, so that batches that failed together do not come back together.</summary>
    /// <value>0.2.</value>
    [Range(0, 1)]
    public double Jitter { get; set; } = 0.2;

    /// <summary>
    /// Deliveries without an answer after which each further one counts as an attempt if it ends the process in the middle of it: the batch may be
    /// why. A process that is killed for other reasons gives its messages back too, so one or two say nothing.
    /// </summary>
    /// <value>3.</value>
    [Range(1, 100)]
    public int SuspectAfterDeliveries { get; set; } = 3;

    /// <summary>How long a RetryDue message may be on its way before the clock sends another.</summary>
    /// <value>10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest sleep of the clock: what it needs at most to find a retry whose notification was lost.</summary>
    /// <value>5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Retries that the clock claims in one transaction.</summary>
    /// <value>100.</value>
    [Range(1, 10_000)]
    public int ClaimSize { get; set; } = 100;
}
