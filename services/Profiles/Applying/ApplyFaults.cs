using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Applying;

/// <summary>Tells a fault of an event from a fault of everything else.</summary>
internal static class ApplyFaults
{
    /// <summary>
    /// Whether leaving one event out may help. Not when the server is away or transactions collide, not when the schema or the rights are
    /// wrong (every event would fail), not when we are told to stop. Anything else an event can cause, so it must not hold up its neighbors.
    /// </summary>
    internal static bool IsOfAnEvent(Exception failure) => failure switch
    {
        OperationCanceledException or EventApplyException => false,
        PostgresException postgres => StoreErrors.IsRefusedValue(postgres),
        _ => !StoreErrors.IsUnavailable(failure) && !StoreErrors.IsConflict(failure),
    };
}
