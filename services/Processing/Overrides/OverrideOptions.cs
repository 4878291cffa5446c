using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Overrides;

/// <summary>How values that people set by hand are ended. Section <c>Processing:Overrides</c>.</summary>
public sealed class OverrideOptions
{
    public const string Section = "Processing:Overrides";

    /// <summary>How long the clock sleeps at most: an override that was set meanwhile and ends sooner is noticed then.</summary>
    /// <value>0.5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many are ended in one transaction at most.</summary>
    /// <value>200.</value>
    [Range(1, 1000)]
    public int ClaimSize { get; set; } = 200;

    /// <summary>How long one that cannot be taken off its profile, because the profile cannot be read, is left alone before it is tried again.</summary>
    /// <value>10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StuckInterval { get; set; } = TimeSpan.FromMinutes(10);
}
