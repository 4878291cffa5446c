using System.Collections.Frozen;

namespace Freshet.Profiles.Formats;

/// <summary>Countries of ISO 3166-1.</summary>
public static class Countries
{
    private static readonly FrozenDictionary<string, string> ByName = Read();

    /// <summary>The code of two letters, from it, the one of three letters, or a usual English name, in any case; null: there is no such country.</summary>
    public static string? Find(string text) => ByName.GetValueOrDefault(Unicode.Bare(text));

    private static FrozenDictionary<string, string> Read()
    {
        var byName = new Dictionary<string, string>();
        foreach (var line in CodeList.Lines("countries.txt"))
        {
            var code = line[..2];
            byName.Add(code, code);
            byName.Add(line[3..6], code);
        }

        // A name never takes the place of a code.
        foreach (var line in CodeList.Lines("countries.txt"))
        {
            foreach (var name in line[7..].Split('|'))
            {
                byName.TryAdd(Unicode.Bare(name), line[..2]);
            }
        }

        return byName.ToFrozenDictionary();
    }
}
