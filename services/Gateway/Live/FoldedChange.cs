using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Live;

/// <summary>
/// Several changes of one profile as one: each trait's value before the first and after the last of them. First and last go by
/// profile version, because publishers may overtake each other on the way into the stream.
/// </summary>
internal sealed class FoldedChange
{
    private readonly Dictionary<string, FoldedTrait> traits = [];

    public long Version { get; private set; }

    /// <summary>How many changes are in it.</summary>
    public int Count { get; private set; }

    public IReadOnlyList<TraitChange> Traits => [.. traits.Values.Select(trait => trait.ToChange())];

    public void Add(long version, IEnumerable<TraitChange> changes)
    {
        Count++;
        Version = Math.Max(Version, version);
        foreach (var change in changes)
        {
            traits[change.Name] = traits.TryGetValue(change.Name, out var known)
                ? known.With(version, change)
                : new FoldedTrait(version, change, version, change);
        }
    }

    private sealed record FoldedTrait(long FirstVersion, TraitChange First, long LastVersion, TraitChange Last)
    {
        public FoldedTrait With(long version, TraitChange change) => this with
        {
            FirstVersion = Math.Min(FirstVersion, version),
            First = version < FirstVersion ? change : First,
            LastVersion = Math.Max(LastVersion, version),
            Last = version > LastVersion ? change : Last,
        };

        public TraitChange ToChange() => Last with { Before = First.Before };
    }
}
