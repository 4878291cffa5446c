using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Applying;

/// <summary>Which group keeps which profile id. The oldest profile chooses first and takes the group with its
/// strongest identity that is still free (an identity that only just came to it counts least);
/// a profile that finds none is merged into the group that has its strongest identity; a group that nobody took is a new profile.</summary>
internal sealed record Seats(IReadOnlyList<ProfileState?> Profiles, IReadOnlyList<(Draft Draft, int Heir)> MergedAway)
{
    public static Seats Assign(
        IReadOnlyList<Draft> component, IReadOnlyList<IReadOnlyList<Guid>> groups, IReadOnlyDictionary<Guid, KnownIdentity> identities)
    {
        var groupOf = new Dictionary<Guid, int>();
        for (var i = 0; i < groups.Count; i++)
        {
            foreach (var identity in groups[i])
            {
                groupOf[identity] = i;
            }
        }

        var profiles = new ProfileState?[groups.Count];
        var mergedAway = new List<(Draft, int)>();
        var settled = component.SelectMany(draft => draft.Before.Identities).Select(identity => identity.Id).ToHashSet();
        foreach (var draft in component.OrderBy(draft => draft.Before.CreatedAt).ThenBy(draft => draft.Before.ProfileId))
        {
            int[] wishes =
            [
                .. draft.Identities.Select(identity => identities[identity.Id])
                    .OrderBy(identity => settled.Contains(identity.Id) ? 0 : 1)
                    .ThenBy(identity => IdentityNamespaces.Strength(identity.Namespace))
                    .ThenBy(identity => identity.First.OccurredAt)
                    .ThenBy(identity => identity.Id)
                    .Select(identity => groupOf[identity.Id]),
            ];
            var free = wishes.Where(group => profiles[group] is null).Take(1).ToArray();
            if (free is [var taken])
            {
                profiles[taken] = draft.Before;
            }
            else if (wishes.Length > 0)
            {
                mergedAway.Add((draft, wishes[0]));
            }
        }

        return new Seats(profiles, mergedAway);
    }
}
