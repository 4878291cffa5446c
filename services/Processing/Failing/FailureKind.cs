namespace Freshet.Processing.Failing;

/// <summary>What a failure says about trying again. <see cref="Failures.Classify"/> is the only place that decides it.</summary>
public enum FailureKind
{
    /// <summary>A server or the network was away, or two transactions got in each other's way. Says nothing about the event: tried again without being counted.</summary>
    Transient = 0,

    /// <summary>A server has no room left (connections, disk, memory). Like <see cref="Transient"/>, but waits longer so as not to press it.</summary>
    Throttled = 1,

    /// <summary>The event cannot be applied and never will be, for example because its key was destroyed. Not tried again.</summary>
    Refused = 2,

    /// <summary>The event's data makes the step fail. Tried a few times, since the cause may be mended meanwhile, then parked.</summary>
    Poison = 3,

    /// <summary>Our mistake. Handled like <see cref="Poison"/>, but a human must look: it is logged as an error.</summary>
    Defect = 4,
}
