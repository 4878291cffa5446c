using Freshet.Profiles.Freshness;

namespace Freshet.Gateway.Live;

/// <summary>
/// Knows the last changes by profile and version, so that a repeated one is told apart: the relay publishes a batch again when
/// nobody confirmed the first time. It looks back some 16,000 changes; a repetition comes within seconds. Not thread-safe.
/// </summary>
internal sealed class RecentChanges
{
    private const int Kept = 16_384;

    private readonly HashSet<(Guid ProfileId, long Version)> known = [];
    private readonly Queue<(Guid ProfileId, long Version)> order = new();

    public bool Knows(ChangeEntry entry) => entry.Change is { } change && known.Contains((change.ProfileId, change.Version));

    public void Add(ChangeEntry entry)
    {
        if (entry.Change is not { } change || !known.Add((change.ProfileId, change.Version)))
        {
            return;
        }

        order.Enqueue((change.ProfileId, change.Version));
        if (order.Count > Kept)
        {
            known.Remove(order.Dequeue());
        }
    }
}
