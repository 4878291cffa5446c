namespace Freshet.Migrator.Workspaces;

/// <summary>Finds the word that somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary>The cure for an unknown word: the nearest known one, else all of them.</summary>
    public static string For(string word, IReadOnlyCollection<string> known) =>
        Nearest(word, known) is { } nearest ? $"did you mean '{nearest}'?" : $"use one of: {string.Join(", ", known)}";

    /// <summary>The known word that is at most a third of its letters away; null if none is.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(x => x.distance <= Math.Max(1, x.candidate.Length / 3))
            .OrderBy(x => x.distance)
            .Select(x => x.candidate)
            .FirstOrDefault();

    // Letters to insert, delete or replace (Levenshtein), one row of the table at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
