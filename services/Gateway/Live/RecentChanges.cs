using Freshet.Profiles.Freshness;

namespace Freshet.Gateway.Live;

/// <summary>
/// Knows where the last changes, by profile and version, first stood in the stream, so that a repeated one is told apart: the relay
/// publishes a batch again when nobody confirmed the first time. It looks back some 16,000 changes; a repetition comes within seconds.
/// </summary>
internal sealed class RecentChanges
{
    private const int Kept = 16_384;

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid ProfileId, long Version), StreamPlace> first = [];
    private readonly Queue<(Guid ProfileId, long Version)> order = new();

    /// <summary>Whether the same change stood in the stream before this place.</summary>
    public bool IsRepeated(ChangeEntry entry, StreamPlace place)
    {
        lock (gate)
        {
            return entry.Change is { } change && first.TryGetValue((change.ProfileId, change.Version), out var known) && known < place;
        }
    }

    public void Add(ChangeEntry entry, StreamPlace place)
    {
        lock (gate)
        {
            if (entry.Change is not { } change || !first.TryAdd((change.ProfileId, change.Version), place))
            {
                return;
            }

            order.Enqueue((change.ProfileId, change.Version));
            if (order.Count > Kept)
            {
                first.Remove(order.Dequeue());
            }
        }
    }
}
