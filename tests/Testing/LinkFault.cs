namespace Freshet.Testing;

/// <summary>What one direction of the connections through a <see cref="FaultProxy"/> suffers.</summary>
public sealed record LinkFault
{
    public static LinkFault None { get; } = new();

    /// <summary>Each portion of bytes waits so long before it goes on. <value>no delay</value></summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Up to so much more, drawn for each portion. <value>none</value></summary>
    public TimeSpan Jitter { get; init; }

    /// <summary><value>null: as fast as it goes</value></summary>
    public int? BytesPerSecond { get; init; }

    /// <summary>Nothing goes on until the fault ends; then all of it does, as after a long outage of a network.</summary>
    public bool IsBlackHole { get; init; }

    /// <summary>
    /// Whatever comes is swallowed, and the connection stays open until the fault ends; then it is reset. In the direction of the client this
    /// is the classic doubt: the server did what was asked, and nobody hears of it.
    /// </summary>
    public bool IsLost { get; init; }

    /// <summary>How likely a portion is cut in half and the connection reset. <value>0</value></summary>
    public double ResetChance { get; init; }

    /// <summary>How likely one byte of a portion is changed. <value>0</value></summary>
    public double CorruptionChance { get; init; }
}
