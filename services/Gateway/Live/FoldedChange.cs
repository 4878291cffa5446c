using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Live;

/// <summary>
/// Several changes of one profile as one: each trait's value before the first and after the last of them. First and last go by
/// profile version, because publishers may overtake each other on the way into the stream.
/// </summary>
/// <remarks>There is one per profile that waits for a slow subscriber, so it is small: a row per trait, and none of its own while there is one change.</remarks>
internal sealed class FoldedChange(long version, IReadOnlyList<TraitChange> changes)
{
    // Empty while there is one change.
    private FoldedTrait[] traits = [];
    private int used;

    public long Version { get; private set; } = version;

    /// <summary>How many changes are in it.</summary>
    public int Count { get; private set; } = 1;

    public IReadOnlyList<TraitChange> Traits => Count == 1 ? changes : Array.ConvertAll(traits[..used], trait => trait.ToChange());

    public void Add(long added, IReadOnlyList<TraitChange> more)
    {
        if (Count == 1)
        {
            traits = new FoldedTrait[Math.Max(changes.Count, more.Count)];
            Fold(Version, changes);
            changes = [];
        }

        Fold(added, more);
        Count++;
        Version = Math.Max(Version, added);
    }

    private void Fold(long added, IReadOnlyList<TraitChange> more)
    {
        // Changes name their traits in one order, so the next is mostly found where the search begins.
        var next = 0;
        for (var index = 0; index < more.Count; index++)
        {
            next = PlaceOf(more[index].Name, next);
            traits[next].Fold(added, more[index]);
            next++;
        }
    }

    private int PlaceOf(string name, int start)
    {
        for (var step = 0; step < used; step++)
        {
            var place = (start + step) % used;
            if (traits[place].Name == name)
            {
                return place;
            }
        }

        if (used == traits.Length)
        {
            Array.Resize(ref traits, used + 4);
        }

        return used++;
    }

    private struct FoldedTrait
    {
        private TraitChange? first;
        private TraitChange? last;
        private long firstVersion;
        private long lastVersion;

        public readonly string? Name => first?.Name;

        public void Fold(long version, TraitChange change)
        {
            if (first is null || version < firstVersion)
            {
                (first, firstVersion) = (change, version);
            }

            if (last is null || version > lastVersion)
            {
                (last, lastVersion) = (change, version);
            }
        }

        public readonly TraitChange ToChange() => ReferenceEquals(first, last) ? last! : last! with { Before = first!.Before };
    }
}
