using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.LookUps;

/// <summary>Which source is asked for a newer value of a trait.</summary>
public static class RefreshSource
{
    /// <summary>The one that the dictionary names; else the one that the value is from, else the most trusted one that can be asked. Null: nobody can.</summary>
    /// <param name="trait">Its definition.</param>
    /// <param name="view">What is known.</param>
    /// <param name="sources">Those of the workspace.</param>
    public static Source? Decide(TraitDefinition trait, TraitView? view, IReadOnlyDictionary<string, Source> sources)
    {
        if (trait.Computed is not null)
        {
            return null;
        }

        IEnumerable<string> candidates = trait.RefreshFrom is { } named ? [named] : view is null ? trait.SourcePriority : [view.Source, .. trait.SourcePriority];
        return candidates.Select(sources.GetValueOrDefault).FirstOrDefault(source => source is { IsEnabled: true, LookUp: not null });
    }
}
