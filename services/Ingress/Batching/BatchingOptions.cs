using System.ComponentModel.DataAnnotations;

namespace Freshet.Ingress.Batching;

/// <summary>How events of many requests become one commit. Section <c>Ingress:Batching</c>.</summary>
public sealed class BatchingOptions
{
    /// <summary>How long a commit waits at most for the requests of the crowd that was there a moment ago. A single sender is never waited for.</summary>
    /// <value>2 milliseconds: about as long as a commit takes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Events per commit. A request is never cut, so one that alone has more makes a larger commit.</summary>
    /// <value>500.</value>
    [Range(1, 10_000)]
    public int MaxEvents { get; set; } = 500;

    /// <summary>Commits under way at a time; each holds a connection to PostgreSQL.</summary>
    /// <value>2: one is filled while the other is on the disk. More make the batches smaller, and every batch costs a commit, a message and a saga.</value>
    [Range(1, 64)]
    public int MaxCommits { get; set; } = 2;

    /// <summary>Requests that may wait for their commit; more are answered 503.</summary>
    /// <value>8,192.</value>
    [Range(1, 1_000_000)]
    public int MaxWaitingRequests { get; set; } = 8_192;

    /// <summary>Bytes of bodies that may wait for their commit; more are answered 503.</summary>
    /// <value>64 MiB.</value>
    [Range(1024 * 1024, long.MaxValue)]
    public long MaxWaitingBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long PostgreSQL may take for one commit before the batch is spilled to the broker.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the broker may take to confirm.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan BrokerTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server that failed is left alone before it is asked again.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CircuitOpenFor { get; set; } = TimeSpan.FromSeconds(1);
}
