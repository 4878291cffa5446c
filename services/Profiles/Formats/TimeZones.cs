using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Freshet.Profiles.Formats;

/// <summary>Time zones of the IANA database, as the machine has it.</summary>
public static partial class TimeZones
{
    private static readonly FrozenDictionary<string, string> ByName = TimeZoneInfo.GetSystemTimeZones()
        .Select(zone => zone.Id).Append("UTC")
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(id => id, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of the zone in its usual case, also from the name that Windows has for it; null: there is no such zone.</summary>
    public static string? Find(string text)
    {
        if (ByName.TryGetValue(text, out var known))
        {
            return known;
        }

        if (TimeZoneInfo.TryConvertWindowsIdToIanaId(text, out var iana))
        {
            return iana;
        }

        // Older names that the list leaves out. The form keeps texts of a sender away from anything but the database's own folder.
        return OlderName.IsMatch(text) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId ? text : null;
    }

    [GeneratedRegex("^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)(/[A-Za-z0-9_+-]{1,32}){1,2}$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex OlderName { get; }
}
