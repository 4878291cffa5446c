using System.Collections.Frozen;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Live;

/// <summary>Which changes a subscriber wants.</summary>
/// <param name="ProfileId">Of this profile; null: of all; empty: of nobody yet, because the key is unknown.</param>
/// <param name="Traits">Only of these traits; null: of all.</param>
internal sealed record ChangeFilter(Guid? ProfileId, FrozenSet<string>? Traits)
{
    public static ChangeFilter All { get; } = new(null, null);

    public bool IsNobody => ProfileId == Guid.Empty;

    /// <summary>The part of a change that is wanted; null: none of it.</summary>
    public IReadOnlyList<TraitChange>? Of(ProfileChange change)
    {
        if (ProfileId is { } profileId && change.ProfileId != profileId)
        {
            return null;
        }

        if (Traits is null)
        {
            return change.Traits;
        }

        TraitChange[] wanted = [.. change.Traits.Where(trait => Traits.Contains(trait.Name))];
        return wanted.Length == 0 ? null : wanted;
    }
}
