namespace Freshet.Profiles.Applying;

/// <summary>How far a decision has to look. Rejected links lead from profile to profile; with cuts in play their outcome can change.</summary>
internal static class Region
{
    /// <summary>Profiles that one decision takes in. Beyond it, links to profiles further away stay as they were decided before: the result has
    /// no group with two users or across a cut, but may differ from the one of a smaller region.</summary>
    public const int MaxProfiles = 64;

    public static IReadOnlyList<Guid> Missing(IReadOnlyList<ProfileState> states, Func<ProfileState, bool> looksFurther)
    {
        if (states.Count >= MaxProfiles)
        {
            return [];
        }

        var given = states.SelectMany(state => state.Identities).Select(identity => identity.Id).ToHashSet();
        return
        [
            .. states.Where(looksFurther)
                .SelectMany(state => state.Links)
                .SelectMany(link => new[] { link.A, link.B })
                .Where(id => !given.Contains(id))
                .Distinct()
                .Order()
                .Take(MaxProfiles - states.Count),
        ];
    }
}
