using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;

namespace Freshet.Migrator.Workspaces;

/// <summary>Values that are one of a few words.</summary>
internal static class Words
{
    /// <summary>Null if the key is absent, or after reporting what is wrong.</summary>
    public static T? Read<T>(YamlMap map, string key)
        where T : struct, Enum
    {
        if (map.Text(key) is not { } word)
        {
            return null;
        }

        if (DefinitionWords.Find<T>(word) is { } value)
        {
            return value;
        }

        map.Error(key, $"'{word}' is no {key}; {Suggestion.For(word, DefinitionWords.All<T>())}");
        return null;
    }
}
