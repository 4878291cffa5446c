using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Enriching;

/// <summary>How profiles are asked about. What is about one enrichment stands in its file in the workspace. Section <c>Processing:Enriching</c>.</summary>
public sealed class EnrichingOptions
{
    public const string Section = "Processing:Enriching";

    /// <summary>Calls at the same time, per source and host. What a source that hangs can hold up at most.</summary>
    /// <value>8.</value>
    [Range(1, 64)]
    public int MaxCalls { get; set; } = 8;

    /// <summary>How long a call may take.</summary>
    /// <value>10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the second attempt; each further one doubles it.</summary>
    /// <value>30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>No wait between attempts is longer, but for one that the source asks for.</summary>
    /// <value>1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "7.00:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The longest sleep: what is needed at most to find an order whose notification was lost, or an attempt that is due.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After so long another host takes an order that this one has: its call is over by then.</summary>
    public TimeSpan Lease => CallTimeout + TimeSpan.FromSeconds(30);
}
