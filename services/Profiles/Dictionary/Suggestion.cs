namespace Freshet.Profiles.Dictionary;

/// <summary>Finds the word that somebody probably meant.</summary>
public static class Suggestion
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

    // Letters to insert, delete, replace or swap with their neighbor (Damerau-Levenshtein, optimal string alignment).
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Cheapest(table, a, b, i, j);
            }
        }

        return table[a.Length, b.Length];
    }

    private static int Cheapest(int[,] table, string a, string b, int i, int j)
    {
        var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        var best = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }
}
