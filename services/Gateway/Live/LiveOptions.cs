using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Live;

/// <summary>How changes reach subscribers. Section <c>Gateway:Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>How many different profiles may wait for one slow subscriber. Beyond it, the subscriber reads on from the stream at its own pace.</summary>
    /// <value>250: some 100 kB for a subscriber that does not read, when all of them change again and again.</value>
    [Range(1, 100_000)]
    public int ProfilesPerSubscriber { get; set; } = 250;

    /// <summary>How many entries of the stream are read at once.</summary>
    /// <value>500.</value>
    [Range(1, 10_000)]
    public int PageSize { get; set; } = 500;

    /// <summary>How long a read of the stream waits for the next entry; also how soon a loss of Redis' data is noticed.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan Block { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait after a failed read of the stream.</summary>
    /// <value>500 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a new subscription waits for the stream before it is refused with CHANGES_UNAVAILABLE.</summary>
    /// <value>5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the keys of subscriptions are looked up again: who waits for an unknown profile, and whose profile was merged into another.</summary>
    /// <value>250 ms; only while changes come in, and every 20th time otherwise.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan LookUpInterval { get; set; } = TimeSpan.FromMilliseconds(250);
}
