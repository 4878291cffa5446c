using Freshet.Chaos.Load;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Tests.Applying;

namespace Freshet.Chaos.Checking;

/// <summary>C3: every profile is what the reference fold makes of everything that was sent. A doubled or missing order shows as a wrong sum.</summary>
internal sealed class FoldCheck(TraitDictionary traits, ProfileSheets sheets, People people)
{
    private const int AtATime = 4;

    public async Task<Check> RunAsync(ILookup<int, CanonicalEvent> byGroup, CancellationToken ct)
    {
        var wrongs = new List<string>();
        var at = TimeProvider.System.GetUtcNow();
        await Parallel.ForEachAsync(Enumerable.Range(0, People.Groups), new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (group, stop) =>
        {
            var found = await sheets.ReadAsync(people.IdentitiesOf(group), stop);
            var expected = ReferenceFold.Visible(byGroup[group], traits, at);
            if (Difference(group, expected, found) is { } difference)
            {
                lock (wrongs)
                {
                    wrongs.Add(difference);
                }
            }
        });
        return new Check("C3 profiles are what the events make of them", wrongs, $"{People.Groups} groups of people, {byGroup.Sum(group => group.Count())} events");
    }

    private static string? Difference(int group, string expected, string found)
    {
        string[] missing = [.. expected.Split('\n').Except(found.Split('\n'))];
        string[] extra = [.. found.Split('\n').Except(expected.Split('\n'))];
        return expected == found ? null : $"group {group}: expected [{string.Join(" | ", missing.Take(3))}] found [{string.Join(" | ", extra.Take(3))}]";
    }
}
