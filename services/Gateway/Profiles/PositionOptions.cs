using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Profiles;

/// <summary>How long a query with <c>after:</c> waits. Section <c>Gateway:Position</c>.</summary>
public sealed class PositionOptions
{
    /// <summary>The longest wait; then the query answers what is there and says so in <c>extensions.position</c>.</summary>
    /// <value>2 seconds. Keep it under the operation timeout.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the batch is looked at when nothing announces it.</summary>
    /// <value>100 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.005", "00:00:05")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);
}
