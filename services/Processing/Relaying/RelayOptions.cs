using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Relaying;

/// <summary>When what was not told is told again. Section <c>Processing:Relaying</c>.</summary>
public sealed class RelayOptions
{
    public const string Section = "Processing:Relaying";

    /// <summary>How often the relay looks.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A batch that is still Received after this long is announced again. Batches of a replay are announced at once, nobody else does it.</summary>
    /// <value>10 seconds: a batch that only waits in the queue must not be announced twice, or a short lag feeds itself with repeated messages.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan AnnounceAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The same batch is announced again after twice the time, and so on, up to this.</summary>
    /// <value>1 minute: a long queue is not made longer by batches that wait in it anyway.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Changes that are committed but not in Redis after this long are published again.</summary>
    /// <value>5 seconds: well above what publishing takes on a busy machine, or the relay would do it a second time.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan PublishAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Batches that one look considers.</summary>
    /// <value>500.</value>
    [Range(1, 100_000)]
    public int Limit { get; set; } = 500;
}
