using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Freshet.Profiles.Formats;

/// <summary>Language tags (BCP 47).</summary>
public static partial class Languages
{
    private static readonly FrozenDictionary<string, string> Shortest = CodeList.Lines("languages.txt")
        .Select(line => line.Split(' '))
        .SelectMany(codes => codes.Select(code => (code, shortest: codes[0])))
        .ToFrozenDictionary(entry => entry.code, entry => entry.shortest);

    /// <summary>The tag with the shortest code of its language and in the usual case, <c>zh-Hant-TW</c>; null: it is none.</summary>
    /// <param name="text">An underscore is taken for a hyphen. A name such as "German" is no tag.</param>
    public static string? Normalize(string text)
    {
        var tag = text.Replace('_', '-').ToLowerInvariant();
        if (Tag.Match(tag) is not { Success: true } match || Primary(match.Groups["language"].Value) is not { } language)
        {
            return null;
        }

        var region = match.Groups["region"].Value.ToUpperInvariant();
        if (region.Length == 2 && Countries.Find(region) != region)
        {
            return null;
        }

        var script = match.Groups["script"].Value;
        return string.Concat(
            language,
            match.Groups["extended"].Value,
            script.Length == 0 ? "" : $"-{char.ToUpperInvariant(script[0])}{script[1..]}",
            region.Length == 0 ? "" : $"-{region}",
            match.Groups["rest"].Value);
    }

    // Codes of three letters that have none of two are thousands; their form is all that is judged.
    private static string? Primary(string code) => Shortest.GetValueOrDefault(code) ?? (code.Length == 3 ? code : null);

    [GeneratedRegex("^(?<language>[a-z]{2,3})(?<extended>-[a-z]{3})?(-(?<script>[a-z]{4}))?(-(?<region>[a-z]{2}|[0-9]{3}))?"
        + "(?<rest>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,4}(-[a-wyz0-9](-[a-z0-9]{2,8}){1,4}){0,4}(-x(-[a-z0-9]{1,8}){1,4})?)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Tag { get; }
}
