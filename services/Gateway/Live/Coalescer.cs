using System.Diagnostics.CodeAnalysis;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Live;

/// <summary>What a subscriber gets: the changes of one profile since it last got that profile.</summary>
/// <param name="ProfileId">Which profile.</param>
/// <param name="Version">The highest version among the changes.</param>
/// <param name="Changes">By trait, from before the first change to after the last.</param>
/// <param name="Conflated">How many further changes were folded into this one.</param>
/// <param name="Cursor">Going on after it repeats at worst, and misses nothing.</param>
internal sealed record LiveChange(Guid ProfileId, long Version, IReadOnlyList<TraitChange> Changes, int Conflated, StreamPlace Cursor);

/// <summary>
/// What waits for one reader: the stream's entries in, the latest state per profile out, oldest first. It never holds more than
/// <paramref name="capacity"/> profiles, however slow the reader. Not thread-safe.
/// </summary>
/// <remarks>
/// The cursor of an item is the last place up to which everything was handed out or passed over. With profiles still waiting that
/// lies before the first change of the next one, so a reader that resumes there may see a profile again but never misses one.
/// </remarks>
internal sealed class Coalescer(int capacity, StreamPlace start)
{
    private readonly Dictionary<Guid, Waiting> waiting = [];
    private readonly Queue<Waiting> order = new();

    /// <summary>The last entry that was offered and taken, or passed over.</summary>
    public StreamPlace Position { get; private set; } = start;

    public int Count => waiting.Count;

    /// <summary>False: no room for another profile; the entry was not taken and is to be offered again.</summary>
    public bool Offer(StreamPlace place, Guid profileId, long version, IReadOnlyList<TraitChange> changes)
    {
        if (!waiting.TryGetValue(profileId, out var known))
        {
            if (waiting.Count >= capacity)
            {
                return false;
            }

            known = new Waiting(profileId, Position, new FoldedChange(version, changes));
            waiting.Add(profileId, known);
            order.Enqueue(known);
        }
        else
        {
            known.Change.Add(version, changes);
        }

        Position = place;
        return true;
    }

    /// <summary>An entry that this reader does not want.</summary>
    public void Pass(StreamPlace place) => Position = place;

    public bool TryTake([NotNullWhen(true)] out LiveChange? item)
    {
        if (!order.TryDequeue(out var first))
        {
            item = null;
            return false;
        }

        waiting.Remove(first.ProfileId);
        var cursor = order.TryPeek(out var next) ? next.Before : Position;
        item = new LiveChange(first.ProfileId, first.Change.Version, first.Change.Traits, first.Change.Count - 1, cursor);
        return true;
    }

    /// <summary>Forgets what waits and goes on from another place.</summary>
    public void Restart(StreamPlace place)
    {
        waiting.Clear();
        order.Clear();
        Position = place;
    }

    private sealed record Waiting(Guid ProfileId, StreamPlace Before, FoldedChange Change);
}
