using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Ignoring;

/// <summary>How the report of ignored fields is kept. Section <c>Processing:Ignoring</c>.</summary>
public sealed class IgnoringOptions
{
    public const string Section = "Processing:Ignoring";

    /// <summary>How often counts are written. A process that ends suddenly loses those since the last time.</summary>
    /// <value>30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A field that was not seen for so long leaves the report.</summary>
    /// <value>31 days.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "3660.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(31);
}
