using System.Globalization;
using Freshet.Migrator.Workspaces.Yaml;

namespace Freshet.Migrator.Workspaces;

/// <summary>Durations as people write them: <c>30d</c>, <c>12h</c>, <c>5m</c>, <c>30s</c>.</summary>
internal static class Durations
{
    private const int LongestWindow = 400;

    public static TimeSpan? Read(YamlMap map, string key, string example)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        if (Parse(text) is { } duration)
        {
            return duration;
        }

        map.Error(key, $"'{text}' is no duration; write a number and a unit (s, m, h or d), like {example}");
        return null;
    }

    /// <summary>A window of whole days, since windowed traits are kept in day buckets.</summary>
    public static int? ReadDays(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        if (Parse(text) is { } duration && text.EndsWith('d') && duration.Days <= LongestWindow)
        {
            return duration.Days;
        }

        map.Error(key, $"'{text}' is no {key}; write whole days, from 1d to {LongestWindow}d");
        return null;
    }

    /// <summary>A duration that may be below a second, as <c>200ms</c>.</summary>
    public static TimeSpan? ReadShort(YamlMap map, string key, TimeSpan shortest, TimeSpan longest)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        var duration = text.EndsWith("ms", StringComparison.Ordinal) && int.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : Parse(text);
        if (duration >= shortest && duration <= longest)
        {
            return duration;
        }

        map.Error(key, $"'{text}' is no {key}; write {shortest.TotalMilliseconds:0}ms to {longest.TotalSeconds:0}s, like 200ms");
        return null;
    }

    private static TimeSpan? Parse(string text)
    {
        var match = Patterns.Duration.Match(text);
        return match.Success ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * Unit(match.Groups["unit"].Value) : null;
    }

    private static TimeSpan Unit(string letter) => letter switch
    {
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };
}
