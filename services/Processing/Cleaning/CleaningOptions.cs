using System.ComponentModel.DataAnnotations;

namespace Freshet.Processing.Cleaning;

/// <summary>How far ahead tables are cut and how long their rows are kept. Section <c>Processing:Cleaning</c>.</summary>
public sealed class CleaningOptions
{
    public const string Section = "Processing:Cleaning";

    /// <summary>How often the clock looks. The first look is at start.</summary>
    /// <value>1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Days for which partitions are made ahead, so that midnight needs nobody awake.</summary>
    /// <value>3.</value>
    [Range(1, 30)]
    public int DaysAhead { get; set; } = 3;

    /// <summary>Events, batches and ledger entries of days that ended longer ago are dropped. Also how long a second delivery is known as a duplicate.</summary>
    /// <value>31 days.</value>
    [Range(typeof(TimeSpan), "2.00:00:00", "3660.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(31);

    /// <summary>Values set by hand that ended longer ago are forgotten: who set them, why, and until when.</summary>
    /// <value>365 days.</value>
    [Range(typeof(TimeSpan), "2.00:00:00", "3660.00:00:00")]
    public TimeSpan OverrideRetention { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Event keys, or ended values set by hand, that one statement deletes; small, so that no vacuum and no replica falls far behind.</summary>
    /// <value>10,000.</value>
    [Range(1, 1_000_000)]
    public int DeleteSize { get; set; } = 10_000;
}
