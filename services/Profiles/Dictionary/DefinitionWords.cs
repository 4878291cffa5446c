using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Freshet.Profiles.Dictionary;

/// <summary>The words for kinds, types, policies and aggregates: the same in workspace files, in tables and in messages to people.</summary>
public static class DefinitionWords
{
    /// <summary>The word of a value: <c>source-priority</c>, <c>datetime</c>, <c>standard-webhooks</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => WordPolicy.Instance.ConvertName(value.ToString());

    /// <summary>Every word of a kind, in the order of declaration.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Words<T>.InOrder];

    /// <summary>The value of a word, null for a word that this release does not know.</summary>
    public static T? Find<T>(string word)
        where T : struct, Enum => Words<T>.ByWord.TryGetValue(word, out var value) ? value : null;

    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly IReadOnlyList<string> InOrder = [.. Enum.GetValues<T>().Select(Of)];

        public static readonly FrozenDictionary<string, T> ByWord = Enum.GetValues<T>().ToFrozenDictionary(Of);
    }
}

internal sealed class WordPolicy : JsonNamingPolicy
{
    public static WordPolicy Instance { get; } = new();

    // People write datetime as one word.
    public override string ConvertName(string name) => name == nameof(TraitType.DateTime) ? "datetime" : KebabCaseLower.ConvertName(name);
}

/// <summary>Enums as their words. Numbers are refused.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(WordPolicy.Instance, allowIntegerValues: false)
    where T : struct, Enum;
