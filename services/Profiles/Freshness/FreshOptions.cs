using System.ComponentModel.DataAnnotations;

namespace Freshet.Profiles.Freshness;

/// <summary>How readers and writers deal with Redis. Section <c>Freshness</c>.</summary>
public sealed class FreshOptions
{
    /// <summary>How long a read waits for Redis before PostgreSQL is asked instead. After five late reads in a row Redis is left alone for <see cref="CircuitBreak"/>.</summary>
    /// <value>50 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan ReadBudget { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long publishing a batch waits for Redis before it is left to the relay.</summary>
    /// <value>2 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan WriteBudget { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long Redis is left alone after it failed; then one call tries it again.</summary>
    /// <value>1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CircuitBreak { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Entries of the change stream that are kept, about.</summary>
    /// <value>1,000,000.</value>
    [Range(1000, 100_000_000)]
    public int ChangesKept { get; set; } = 1_000_000;

    /// <summary>Identities of which a process remembers the profile, to read it without a look-up in Redis. 32 bytes each, whether used or not.</summary>
    /// <value>1,048,576 (32 MB).</value>
    [Range(1, 100_000_000)]
    public int ProfileHints { get; set; } = 1_048_576;

    /// <summary>Queries that one process sends to PostgreSQL at a time for profiles that Redis does not have.</summary>
    /// <value>8.</value>
    [Range(1, 100)]
    public int StoredReads { get; set; } = 8;
}
