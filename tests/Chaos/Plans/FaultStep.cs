using System.Globalization;

namespace Freshet.Chaos.Plans;

/// <summary>What is done to a target.</summary>
internal enum FaultAction
{
    /// <summary>SIGKILL to the process and its children; started again after the duration.</summary>
    Kill = 0,

    /// <summary>SIGSTOP, and SIGCONT after the duration: a process that is neither dead nor alive, then a zombie with old beliefs.</summary>
    Freeze = 1,

    /// <summary>FLUSHALL of Redis.</summary>
    Flush = 2,

    /// <summary>The link to a server suffers for the duration; which way is the detail.</summary>
    Link = 3,

    /// <summary>The host ends itself at a failpoint, the detail; started again right after.</summary>
    Crash = 4,

    /// <summary>Every server and host is killed at once, and started again in random order.</summary>
    KillAll = 5,

    /// <summary>The disk below the target is full for the duration.</summary>
    FillDisk = 6,
}

/// <summary>One fault of a schedule.</summary>
/// <param name="At">Since the load began.</param>
/// <param name="Target">A server or a host.</param>
/// <param name="Action">What is done.</param>
/// <param name="Duration">How long it lasts.</param>
/// <param name="Detail">How the link suffers, or which failpoint; empty where there is no choice.</param>
internal sealed record FaultStep(TimeSpan At, string Target, FaultAction Action, TimeSpan Duration, string Detail = "")
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"({At.TotalSeconds:0.000}, {Target}, {Action}{(Detail.Length == 0 ? "" : $":{Detail}")}, {Duration.TotalSeconds:0.000})");
}
