using Freshet.Profiles.Formats;

namespace Freshet.Profiles.Ignoring;

/// <summary>Names of fields as they may be shown.</summary>
internal static class FieldNames
{
    /// <summary>What stands for a name that may be somebody's: an address, a number, an id.</summary>
    public const string Hidden = "*";

    // Names that people give to fields are short; what is longer was made of data.
    private const int Longest = 64;

    public static string Shown(string name) => IsPersonal(name) ? Hidden : name;

    private static bool IsPersonal(string name) => name.Length is 0 or > Longest
        || name.Contains('@')
        || name.Count(char.IsDigit) * 2 > name.Length
        || Guid.TryParse(name, out _)
        || Unicode.Compose(name) is null
        || Unicode.HasControl(name);
}
